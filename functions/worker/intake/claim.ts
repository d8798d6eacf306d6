import type { CallRequest } from '../../../shared/call';
import type { Clock } from '../../../shared/clock';
import { isTerminal, type CallRecord } from '../../../shared/record';
import type { CallLog } from '../log/call-log';
import { CallWriter } from '../log/call-writer';

/** Claims in a row without progress after which a call is poison (DESIGN 4). */
export const MAX_CLAIMS_WITHOUT_PROGRESS = 5;

export type Claim =
  /** Ours now; `request` is the log's own when the call had begun. */
  | { readonly type: 'claimed'; readonly writer: CallWriter; readonly request: CallRequest }
  | { readonly type: 'poison'; readonly writer: CallWriter; readonly request: CallRequest }
  /** The call is over: its last events may still want publishing. */
  | { readonly type: 'finished'; readonly last: CallRecord }
  /** Another message holds this live call. */
  | { readonly type: 'duplicate' };

export interface ClaimDeps {
  readonly log: CallLog;
  readonly workerId: string;
  readonly clock: Clock;
}

/**
 * Reads the call's log and appends `claimed`. Throws FencedError when somebody else claims at
 * the same moment, `log-unreadable` or `log-too-new` when the log cannot be continued.
 */
export async function claimCall(
  request: CallRequest,
  messageId: string,
  deps: ClaimDeps,
): Promise<Claim> {
  const { log } = deps;
  const last = await log.last(request.callId);
  if (last !== undefined) {
    if (isTerminal(last.fact.type)) return { type: 'finished', last };
    const { state } = last;
    if (state.messageId !== messageId && !state.released) return { type: 'duplicate' };
  }
  const writer = new CallWriter({ ...deps, callId: request.callId, last, request });
  const { state } = writer;
  state.messageId = messageId;
  state.released = false;
  const own = await requestOf(last, request, log);
  if (state.claimsWithoutProgress >= MAX_CLAIMS_WITHOUT_PROGRESS) {
    return { type: 'poison', writer, request: own };
  }
  state.claimsWithoutProgress += 1;
  await writer.append({ type: 'claimed', messageId });
  return { type: 'claimed', writer, request: own };
}

/** What the call began with holds, whatever a later message says. */
async function requestOf(
  last: CallRecord | undefined,
  request: CallRequest,
  log: CallLog,
): Promise<CallRequest> {
  const startedSeq = last?.state.startedSeq ?? null;
  if (startedSeq === null) return request;
  const [started] = await log.from(request.callId, startedSeq, 1);
  return started?.fact.type === 'started' ? started.fact.request : request;
}
