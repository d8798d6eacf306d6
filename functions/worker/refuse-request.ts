import { CallscribeError } from '../../shared/errors';
import { sealCall, type ClaimedCallDeps } from './claimed-call';
import { failedFact } from './failed-fact';
import type { HeldMessage } from './intake/messages';
import type { ReadRequest } from './intake/read-request';
import { FencedError } from './log/call-log';
import { CallWriter, initialState } from './log/call-writer';

export interface RefusalDeps extends ClaimedCallDeps {
  readonly workerId: string;
}

/**
 * Parks a malformed request. One that names a new call leaves its trace in the log and on the
 * bus; a call that is known goes on unharmed. Resolves with the message unsettled when there is
 * no dead-letter queue.
 */
export async function refuseRequest(
  { callId, problem }: Extract<ReadRequest, { ok: false }>,
  message: HeldMessage,
  deps: RefusalDeps,
): Promise<void> {
  deps.logger.error({ callId, problem }, 'a request is malformed');
  if (callId !== undefined) await failNewCall(callId, message, problem, deps);
  await deps.messages.park(message, `bad-request: ${problem}`);
}

async function failNewCall(
  callId: string,
  { messageId }: HeldMessage,
  problem: string,
  deps: RefusalDeps,
): Promise<void> {
  const { log, clock, drain } = deps;
  const known = await log.items(callId, { fromSeq: 1, limit: 1, forward: true }, drain);
  if (known.length > 0) return;
  const state = { ...initialState({ legs: [] }), messageId };
  const expiresAtSeconds = log.expiryOf(clock.epochMs());
  const writer = new CallWriter({
    ...deps,
    callId,
    seq: 0,
    state,
    expiresAtSeconds,
    signal: drain,
  });
  try {
    const text = `the request is malformed: ${problem}`;
    await sealCall(writer, failedFact(state, 'bad-request', text), deps);
  } catch (reason) {
    // The call has begun meanwhile, by a request that is right.
    if (!(reason instanceof FencedError)) throw CallscribeError.from(reason);
  }
}
