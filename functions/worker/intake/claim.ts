import type { CallRequest } from '../../../shared/call';
import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import {
  isTerminal,
  type CallRecord,
  type CallState,
  type Fact,
  type LegState,
} from '../../../shared/record';
import type { CallLog } from '../log/call-log';
import { CallWriter, initialState } from '../log/call-writer';
import { findLogEnd } from '../log/log-end';
import { asksForMore } from './starts';

/** Claims in a row without progress after which a call is poison (DESIGN 4). */
export const MAX_CLAIMS_WITHOUT_PROGRESS = 5;

export type Claim =
  /**
   * Ours now; `request` is the log's own when the call had begun, `formerEndMs` where it ended
   * before it was reopened.
   */
  | {
      readonly type: 'claimed';
      readonly writer: CallWriter;
      readonly request: CallRequest;
      readonly formerEndMs: number | null;
    }
  | { readonly type: 'poison'; readonly writer: CallWriter }
  /** The log cannot be continued; the writer stands behind its end, if the call is not over. */
  | {
      readonly type: 'unreadable';
      readonly writer: CallWriter | undefined;
      readonly error: CallscribeError;
    }
  /** The call is over: its last events may still want publishing. */
  | { readonly type: 'finished'; readonly last: CallRecord }
  /** Another message holds this live call. */
  | { readonly type: 'duplicate'; readonly last: CallRecord }
  /** A worker has the call that may be alive: look again when more is known of it. */
  | { readonly type: 'held'; readonly owner: string };

export interface ClaimOptions {
  readonly log: CallLog;
  readonly workerId: string;
  readonly clock: Clock;
  /** A worker that is known to be dead: its claim may be taken over. */
  readonly gone?: string;
  /** Ends reading the log. */
  readonly signal?: AbortSignal;
  /** Ends appending to it. */
  readonly writerSignal?: AbortSignal;
}

/**
 * Reads the call's log and appends `claimed`, or `reopened` when a finished call is asked for
 * anew. Throws FencedError when somebody else writes at the same moment.
 */
export async function claimCall(
  request: CallRequest,
  messageId: string,
  options: ClaimOptions,
): Promise<Claim> {
  try {
    const last = await options.log.last(request.callId, options.signal);
    if (last === undefined) return await claim(request, undefined, messageId, options);
    if (isTerminal(last.fact.type)) return await reopen(request, last, messageId, options);
    const { state } = last;
    if (state.messageId !== messageId && !state.released) return { type: 'duplicate', last };
    if (!state.released && isHeld(last.writer, options))
      return { type: 'held', owner: last.writer };
    return await claim(request, last, messageId, options);
  } catch (reason) {
    const error = CallscribeError.from(reason);
    if (error.code !== 'log-unreadable' && error.code !== 'log-too-new') throw reason;
    return unreadable(request, messageId, error, options);
  }
}

/** The owner itself gets its call back when it had to let go of it. */
function isHeld(owner: string, { workerId, gone }: ClaimOptions): boolean {
  return owner !== workerId && owner !== gone;
}

async function claim(
  request: CallRequest,
  last: CallRecord | undefined,
  messageId: string,
  options: ClaimOptions,
): Promise<Claim> {
  const { log, signal } = options;
  // What the call began with holds, whatever a later message says.
  const startedSeq = last?.state.startedSeq ?? null;
  const begun = startedSeq === null ? undefined : await log.at(request.callId, startedSeq, signal);
  const formerEndMs = begun?.fact.type === 'reopened' ? await endBefore(begun, options) : null;
  const own = begun !== undefined && 'request' in begun.fact ? begun.fact.request : request;
  const state = claimedState(last?.state ?? initialState(request), messageId);
  const writer = await writerAt(last?.seq ?? 0, state, request.callId, options);
  if (state.claimsWithoutProgress > MAX_CLAIMS_WITHOUT_PROGRESS) return { type: 'poison', writer };
  await writer.append({ type: 'claimed', messageId });
  return { type: 'claimed', writer, request: own, formerEndMs };
}

async function endBefore(
  { callId, seq }: CallRecord,
  { log, signal }: ClaimOptions,
): Promise<number | null> {
  return (await log.at(callId, seq - 1, signal))?.state.endTimeMs ?? null;
}

async function reopen(
  request: CallRequest,
  last: CallRecord,
  messageId: string,
  options: ClaimOptions,
): Promise<Claim> {
  const isMore = await asksForMore(request, last.state.legs, options.log, options.signal);
  if (!isMore) return { type: 'finished', last };
  const state = claimedState(reopenedState(last.state, last.fact, request.legs), messageId);
  const writer = await writerAt(
    last.seq,
    { ...state, claimsWithoutProgress: 1 },
    request.callId,
    options,
  );
  await writer.append({ type: 'reopened', request });
  return { type: 'claimed', writer, request, formerEndMs: last.state.endTimeMs };
}

function claimedState(state: CallState, messageId: string): CallState {
  const claimsWithoutProgress = state.claimsWithoutProgress + 1;
  return { ...state, messageId, released: false, claimsWithoutProgress };
}

/**
 * A finished call's state for going on with these legs. What stands in the log stays: words before
 * the marks are not asked for again, gaps before the former end are told. A channel that is new is
 * heard from its own start, wherever that is.
 */
export function reopenedState(state: CallState, fact: Fact, legs: readonly LegState[]): CallState {
  const endMs = 'endMs' in fact ? fact.endMs : 0;
  const end = Math.round((endMs * (state.sampleRateHz ?? 0)) / 1000);
  const gapsTo = { ...state.gapsTo };
  for (const { channel } of state.legs) gapsTo[channel] = Math.max(gapsTo[channel] ?? 0, end);
  return { ...state, legs: [...legs], gapsTo, endTimeMs: null };
}

async function unreadable(
  request: CallRequest,
  messageId: string,
  error: CallscribeError,
  options: ClaimOptions,
): Promise<Claim> {
  const end = await findLogEnd(request.callId, options.log, options.signal);
  if (end?.isTerminal) return { type: 'unreadable', writer: undefined, error };
  const owner = end?.owner;
  if (owner !== undefined && end?.released === false && isHeld(owner, options)) {
    return { type: 'held', owner };
  }
  const state: CallState = {
    ...(end?.record?.state ?? initialState(request)),
    messageId,
    released: false,
    lastEventSeq: end?.lastEventSeq ?? end?.record?.state.lastEventSeq ?? null,
  };
  const writer = await writerAt(end?.seq ?? 0, state, request.callId, options);
  return { type: 'unreadable', writer, error };
}

/** Everything of a call expires together: as its first record does. */
async function writerAt(
  seq: number,
  state: CallState,
  callId: string,
  options: ClaimOptions,
): Promise<CallWriter> {
  const { log, workerId, clock, signal, writerSignal } = options;
  const first = seq === 0 ? undefined : await log.expiresAt(callId, signal);
  return new CallWriter({
    log,
    callId,
    workerId,
    clock,
    seq,
    state,
    expiresAtSeconds: first ?? log.expiryOf(clock.epochMs()),
    signal: writerSignal,
  });
}
