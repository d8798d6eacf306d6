import type { z } from 'zod';

import {
  DETAIL_TYPES,
  OUTPUT_EVENT_SCHEMAS,
  type CategoryMatch,
  type completedFactSchema,
  type failedFactSchema,
  type partialEventSchema,
  type startedFactSchema,
} from '../../../shared/events';
import { isPublished, type CallRecord } from '../../../shared/record';
import type { TranscriptEntry } from '../format/entry';
import type { BusEvent } from '../store/bus-events';

interface Place {
  readonly callId: string;
  readonly seq: number;
}
export type PartialItem = { readonly type: 'partial' } & Pick<
  z.infer<typeof partialEventSchema>,
  'callId' | 'channel' | 'startMs' | 'endMs' | 'startTime' | 'text' | 'resultId' | 'sessionOrdinal'
>;
export type LoggedItem =
  | TranscriptEntry
  | (Place & { readonly type: 'category' } & CategoryMatch)
  | (Place & { readonly type: 'started' } & z.infer<typeof startedFactSchema>)
  | (Place & { readonly type: 'completed' } & z.infer<typeof completedFactSchema>)
  | (Place & { readonly type: 'failed' } & z.infer<typeof failedFactSchema>);
/** Something that `tail` shows: of the log, or a partial result, which is in no log. */
export type TailItem = LoggedItem | PartialItem;

type DetailKind = keyof typeof DETAIL_TYPES;
const KINDS = new Map<string, DetailKind>(
  (Object.keys(DETAIL_TYPES) as DetailKind[]).map((kind) => [DETAIL_TYPES[kind], kind]),
);

/** The item of a record; undefined for records that are not published. */
export function itemOfRecord({ callId, seq, fact }: CallRecord): LoggedItem | undefined {
  if (!isPublished(fact.type)) return undefined;
  const { request: _request, ...published } = { request: undefined, ...fact };
  return { ...published, callId, seq } as LoggedItem;
}

export interface ReceivedEvent {
  readonly item: TailItem;
  /** `seq` of the call's event before this one; null for the first, and for partials. */
  readonly previousSeq: number | null;
}

/** What an event of the bus says; undefined for one that is not ours or not well-formed. */
export function itemOfEvent({ detailType, detail }: BusEvent): ReceivedEvent | undefined {
  const kind = KINDS.get(detailType);
  if (kind === undefined) return undefined;
  const parsed = OUTPUT_EVENT_SCHEMAS[DETAIL_TYPES[kind]].safeParse(detail);
  if (!parsed.success) return undefined;
  const { schemaVersion: _version, eventId: _id, previousSeq, ...rest } = parsed.data;
  if (kind !== 'partial') return { item: { type: kind, ...rest } as LoggedItem, previousSeq };
  const { seq: _seq, ...partial } = rest;
  return { item: { type: kind, ...partial } as PartialItem, previousSeq };
}
