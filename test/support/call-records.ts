import { initialState } from '../../functions/worker/log/call-writer';
import type { CallRequest } from '../../shared/call';
import { eventOf, type CallRecord, type Fact } from '../../shared/record';

const AT = '2026-01-31T10:00:00.000Z';

export const STREAM_ARN =
  'arn:aws:kinesisvideo:us-east-1:000000000000:stream/callscribe-call-c/1700000000000';

function requestOf(callId: string): CallRequest {
  return { schemaVersion: 1, callId, legs: [{ channel: 'caller', streamArn: STREAM_ARN }] };
}
const ACCOUNT = initialState(requestOf('call-1')).account;

/** Short ways to the facts of a log. */
export const facts = {
  claimed: (): Fact => ({ type: 'claimed', messageId: 'm-1' }),
  started: (callId = 'call-1'): Fact => ({
    type: 'started',
    channels: ['caller', 'agent'],
    request: requestOf(callId),
  }),
  segment: (text: string, startMs = 0): Fact => ({
    type: 'segment',
    channel: 'caller',
    startMs,
    endMs: startMs + 100,
    startTime: AT,
    text,
    words: [{ text, startMs, endMs: startMs + 100, confidence: 1 }],
    resultId: `r-${startMs}`,
    sessionOrdinal: 1,
  }),
  gap: (startMs = 0): Fact => ({
    type: 'gap',
    channel: 'agent',
    startMs,
    endMs: startMs + 100,
    startTime: AT,
    reason: 'hole',
  }),
  checkpoint: (): Fact => ({ type: 'checkpoint' }),
  completed: (): Fact => ({ type: 'completed', reason: 'ended', endMs: 61_000, account: ACCOUNT }),
  failed: (): Fact => ({
    type: 'failed',
    code: 'unsupported-codec',
    message: 'track 1 has CodecID "A_OPUS"',
    endMs: 0,
    account: ACCOUNT,
  }),
};

/** The records of a log that holds the given facts, `seq` from 1. */
export function logOf(callId: string, ...all: readonly Fact[]): CallRecord[] {
  let previousSeq: number | null = null;
  return all.map((fact, index) => {
    const record: CallRecord = {
      schemaVersion: 1,
      callId,
      seq: index + 1,
      at: AT,
      writer: 'w-1',
      nonce: `n-${index}`,
      previousSeq,
      fact,
      state: initialState(requestOf(callId)),
    };
    if (eventOf(record) !== undefined) previousSeq = record.seq;
    return record;
  });
}
