import type { DispatchAnswer } from './dispatch';

/** A flow takes at most 32 KB; a reason is one sentence. */
const MAX_REASON_LENGTH = 1000;

/**
 * The answer as a flow reads it, `$.External.callscribe_status` and so on: a flat map of texts.
 * It always lets the call go on; a flow may branch on the status, none has to.
 */
export function flowAnswer({ status, callId, reason }: DispatchAnswer): Record<string, string> {
  return {
    callscribe_status: status,
    callscribe_call_id: callId ?? '',
    callscribe_reason: (reason ?? '').slice(0, MAX_REASON_LENGTH),
  };
}
