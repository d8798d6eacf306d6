import { randomUUID } from 'node:crypto';

import { recordFromItem } from '../../shared/call-log-codec';
import { itemOf } from '../../shared/record';
import type { CallRecord } from '../../shared/record';

type Item = Readonly<Record<string, { S?: string; N?: string }>>;

/** Reads or writes an item of the log, past all faults. */
export interface LogAccess {
  get(key: { callId: { S: string }; seq: { N: string } }): Promise<Item | undefined>;
  /** Puts the item unless its key is taken. */
  putNew(item: Item): Promise<void>;
}

/**
 * Appends the `claimed` record of a worker that does not exist at the place of `incoming`, built
 * on the record before it: as if that worker had taken the call over a moment earlier. Does
 * nothing for a call's first record, and nothing when the log cannot be read.
 */
export async function competeFor(incoming: Item, log: LogAccess, nowMs: number): Promise<void> {
  const seq = Number(incoming.seq?.N);
  const callId = incoming.callId?.S;
  if (callId === undefined || !(seq > 1)) return;
  const before = await log.get({ callId: { S: callId }, seq: { N: String(seq - 1) } });
  if (before === undefined) return;
  const { state } = recordFromItem(before);
  const record: CallRecord = {
    schemaVersion: 1,
    callId,
    seq,
    at: new Date(nowMs).toISOString(),
    writer: 'competitor',
    nonce: randomUUID(),
    previousSeq: state.lastEventSeq,
    // The same message: a worker gets it again when its visibility lapses.
    fact: { type: 'claimed', messageId: state.messageId },
    state: {
      ...state,
      released: false,
      claimsWithoutProgress: state.claimsWithoutProgress + 1,
    },
  };
  await log.putNew({ ...itemOf(record, Number(before.expiresAt?.N ?? 0)) });
}
