import type { ErrorCode } from '../../shared/errors';
import type { CallState, Fact } from '../../shared/record';

/**
 * The fact that ends a call which cannot go on; what was transcribed stays. The account's
 * received audio is what stands before the last resume points: at least so much came.
 */
export function failedFact(
  state: CallState,
  code: ErrorCode,
  message: string,
): Extract<Fact, { type: 'failed' }> {
  const toMs = (samples: number) => Math.round((samples * 1000) / (state.sampleRateHz ?? 1));
  const marks = Object.values(state.marks).map((mark) => mark ?? 0);
  const received = state.legs.reduce((sum, leg) => sum + (leg.resume?.received ?? 0), 0);
  const { account } = state;
  account.receivedMs += toMs(received);
  account.transcribedMs = Math.max(0, account.receivedMs - account.silentMs);
  return {
    type: 'failed',
    code,
    message,
    endMs: toMs(Math.max(0, ...marks)),
    account: { ...account },
  };
}
