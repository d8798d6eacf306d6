import { recordFromItem } from '../../../shared/call-log-codec';
import { isPublished, isTerminal, type CallRecord, type FactType } from '../../../shared/record';
import type { CallLog, LogItem } from './call-log';

/** So far back a record is looked for that can be read: a bad stretch is a handful of records. */
const LOOK_BACK = 100;

/** Where a log stands whose last record cannot be read. */
export interface LogEnd {
  readonly seq: number;
  /** Whether the call is over, as the last item's type tells. */
  readonly isTerminal: boolean;
  /** `seq` of the last event, as the items' types tell. */
  readonly lastEventSeq: number | null;
  /** The last record that can be read. */
  readonly record: CallRecord | undefined;
  /** Worker whose record is the last one, and whether it has let the call go; as far as legible. */
  readonly owner: string | undefined;
  readonly released: boolean;
}

/** Finds out what a log still tells when its last record cannot be read; undefined: it is empty. */
export async function findLogEnd(
  callId: string,
  log: CallLog,
  signal?: AbortSignal,
): Promise<LogEnd | undefined> {
  const range = { fromSeq: 0, limit: LOOK_BACK, forward: false };
  const items = await log.items(callId, range, signal);
  const [last] = items;
  if (last === undefined) return undefined;
  const event = items.find((item) => isPublished(item.type?.S as FactType));
  return {
    seq: Number(last.seq?.N),
    isTerminal: isTerminal(last.type?.S as FactType),
    lastEventSeq: event === undefined ? null : Number(event.seq?.N),
    record: firstReadable(items),
    ...glance(last),
  };
}

function firstReadable(items: readonly LogItem[]): CallRecord | undefined {
  for (const item of items) {
    try {
      return recordFromItem(item);
    } catch {
      // The one before it may do.
    }
  }
  return undefined;
}

/** A newer format will still have these two; a damaged record may have neither. */
function glance(item: LogItem): Pick<LogEnd, 'owner' | 'released'> {
  try {
    const raw = JSON.parse(item.record?.S ?? '') as {
      readonly writer?: unknown;
      readonly state?: { readonly released?: unknown };
    } | null;
    const writer = raw?.writer;
    return {
      owner: typeof writer === 'string' ? writer : undefined,
      released: raw?.state?.released === true,
    };
  } catch {
    return { owner: undefined, released: false };
  }
}
