import type { CallRequest, Leg } from '../../../shared/call';
import { recordFromItem } from '../../../shared/call-log-codec';
import { isSameStart, isSameStream } from '../leg-changes';
import type { CallLog } from '../log/call-log';

/** Items per read of a log. */
const PAGE = 100;

/**
 * Whether a live call with these legs hears all that another message asks for. A start that
 * dispatch tells of must be in the log: the call's owner may be ending the call at this moment.
 * Of a start that only the message names, the stream is enough: it is read to its end.
 */
export function covers(legs: readonly Leg[], request: CallRequest, told: readonly Leg[]): boolean {
  return request.legs.every((wanted) => {
    if (legs.some((leg) => isSameStart(leg, wanted))) return true;
    if (told.some((leg) => isSameStart(leg, wanted))) return false;
    return legs.some((leg) => isSameStream(leg, wanted));
  });
}

/**
 * Whether a request for a finished call names a start that none of the call's earlier requests
 * named (DESIGN 5): then there is more to hear. A request that names no start never does.
 */
export async function asksForMore(
  request: CallRequest,
  lastLegs: readonly Leg[],
  log: Pick<CallLog, 'items'>,
  signal?: AbortSignal,
): Promise<boolean> {
  let unknown = request.legs.flatMap((leg) => startOf(leg) ?? []);
  const forget = (legs: readonly Leg[]) => {
    const known = new Set(legs.map(startOf));
    unknown = unknown.filter((start) => !known.has(start));
  };
  forget(lastLegs);
  for (let seq = 1; unknown.length > 0;) {
    const range = { fromSeq: seq, limit: PAGE, forward: true };
    const items = await log.items(request.callId, range, signal);
    if (items.length === 0) return true;
    for (const item of items) {
      if (item.type?.S !== 'started' && item.type?.S !== 'reopened') continue;
      const { fact } = recordFromItem(item);
      if ('request' in fact) forget(fact.request.legs);
    }
    seq = Number(items.at(-1)?.seq?.N) + 1;
  }
  return false;
}

function startOf(leg: Leg): string | undefined {
  const start = leg.startFragmentNumber ?? leg.startTime;
  return start === undefined ? undefined : `${leg.streamArn} ${start}`;
}
