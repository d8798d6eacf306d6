import { eventOf } from '../../../shared/record';
import type { CallRecord } from '../../../shared/record';

export interface ReceivedEvent {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventsVerdict {
  /** Records whose event never came, or came with other contents. */
  readonly missing: number;
  /** First deliveries that came after one of a later record. */
  readonly outOfOrder: number;
  /** Events that no record stands behind. */
  readonly invented: number;
}

/** Compares a call's log with what a subscriber got, in the order in which it got it. */
export function judgeEvents(
  records: readonly CallRecord[],
  received: readonly ReceivedEvent[],
): EventsVerdict {
  const firsts = new Map<unknown, ReceivedEvent>();
  let invented = 0;
  let outOfOrder = 0;
  let highestSeq = 0;
  const expected = new Map(records.map((record) => [record.seq, eventOf(record)]));
  for (const event of received) {
    const { seq, eventId } = event.detail;
    // Partials are not of the log.
    if (seq === null || typeof seq !== 'number') continue;
    if (expected.get(seq) === undefined) invented += 1;
    if (firsts.has(eventId)) continue;
    firsts.set(eventId, event);
    if (seq < highestSeq) outOfOrder += 1;
    highestSeq = Math.max(highestSeq, seq);
  }
  let missing = 0;
  for (const event of expected.values()) {
    if (event === undefined) continue;
    const got = firsts.get(event.detail.eventId);
    if (got === undefined || !isSame(got, event)) missing += 1;
  }
  return { missing, outOfOrder, invented };
}

function isSame(got: ReceivedEvent, event: NonNullable<ReturnType<typeof eventOf>>): boolean {
  if (got.detailType !== event.detailType) return false;
  return JSON.stringify(got.detail) === JSON.stringify(event.detail);
}
