import type { CallRequest } from '../../shared/call';
import { endOf, startKey, stoppedAt } from './call-state';
import type { CallState } from './call-state';
import { joinLeg } from './join-leg';
import type { LegFailedTrigger, LegTrigger, StartTrigger, Trigger } from './trigger';

/**
 * For so long after a call's message a second leg only joins its item: a worker that has just
 * got the call looks at the item again before it can be done. Later the leg gets a message too.
 */
const JOIN_WINDOW_MS = 60_000;
/** A call has two legs; more failures than that are of legs that began anew. */
const MAX_FAIL_TIMES = 4;

export type ChangeOutcome =
  'requested' | 'already-requested' | 'joined' | 'ended' | 'updated' | 'ignored';

export interface Change {
  readonly state: CallState;
  /** The item must be written. */
  readonly isChanged: boolean;
  /** To be put into the queue once the item is written. */
  readonly message?: CallRequest;
  /** Starts that `message` tells the worker of, to be remembered once it is sent. */
  readonly newStarts: readonly string[];
  readonly outcome: ChangeOutcome;
}

/**
 * What an event changes about a call, as a pure function of what is known: applied twice it
 * changes nothing more, and events may come in any order. Throws `bad-request` for a third leg.
 */
export function applyTrigger(before: CallState, trigger: Trigger, nowMs: number): Change {
  const { outcome, startKeys = [], ...next } = nextState(before, trigger);
  const isJoining = startKeys.length > 0 && outcome === 'joined' && isFresh(before, nowMs);
  const state: CallState = {
    ...next.state,
    endTime: endOf(next.state),
    starts: isJoining ? unique([...before.starts, ...startKeys]) : before.starts,
  };
  // Whatever the event is, when an earlier attempt has written the item and sent no message.
  const isUnsent = state.legs.length > 0 && state.starts.length === 0;
  const isDue = (startKeys.length > 0 && !isJoining) || isUnsent;
  const newStarts = startKeys.length > 0 ? startKeys : state.legs.map((leg) => startKey(leg));
  return {
    state,
    isChanged: contentOf(before) !== contentOf(state),
    outcome,
    ...(isDue && trigger.callId !== undefined
      ? { message: requestOf(trigger.callId, state), newStarts: unique(newStarts) }
      : { newStarts: [] }),
  };
}

interface Next {
  readonly state: CallState;
  readonly outcome: ChangeOutcome;
  /** Starts of streams that the event tells of and that were not known. */
  readonly startKeys?: readonly string[];
}

function nextState(before: CallState, trigger: Trigger): Next {
  switch (trigger.type) {
    case 'start':
      return started(before, trigger);
    case 'leg':
      return joined(before, trigger);
    case 'leg-failed':
      return { state: failed(before, trigger), outcome: 'updated' };
    case 'stop':
      return { state: stoppedAt(before, trigger.endTime), outcome: 'ended' };
    case 'attributes': {
      // Most contacts are not transcribed: an event about one of them leaves no trace.
      if (!before.isKnown) return { state: before, outcome: 'ignored' };
      const attributes = { ...before.attributes, ...trigger.attributes };
      return { state: { ...before, attributes }, outcome: 'updated' };
    }
    case 'ignored':
      return { state: before, outcome: 'ignored' };
  }
}

function started(before: CallState, trigger: StartTrigger): Next {
  const { legs, atMs, endTime } = trigger;
  const startKeys = unique(legs.map((leg) => startKey(leg, atMs)));
  if (startKeys.every((key) => before.starts.includes(key))) {
    const outcome = endTime === undefined ? 'already-requested' : 'ended';
    return { state: stoppedAt(before, endTime), outcome };
  }
  const startMs = Math.min(
    ...legs.map((leg) => (leg.startTime ? Date.parse(leg.startTime) : atMs)),
  );
  // What was stopped and is asked for again is wanted again; a stop that overtook its start holds.
  const isWanted = before.stopTime !== undefined && startMs > Date.parse(before.stopTime);
  const state: CallState = {
    ...before,
    legs,
    guard: trigger.guard,
    options: trigger.options ?? before.options,
    attributes: { ...before.attributes, ...trigger.attributes },
    stopTime: isWanted ? undefined : before.stopTime,
    legEnds: {},
    failTimes: [],
  };
  return { state: stoppedAt(state, endTime), outcome: 'requested', startKeys };
}

function joined(before: CallState, trigger: LegTrigger): Next {
  const { state, isNew } = joinLeg(before, trigger);
  const attributes = { ...before.attributes, ...trigger.attributes };
  // A call keeps the options that it was first asked for with.
  const options = before.options ?? trigger.options;
  const next = { ...state, guard: trigger.guard, options, attributes };
  if (!isNew) {
    const outcome = trigger.endTime === undefined ? 'already-requested' : 'ended';
    return { state: next, outcome };
  }
  const outcome = before.legs.length === 0 ? 'requested' : 'joined';
  return { state: next, outcome, startKeys: [startKey(trigger.leg)] };
}

/** A failure before everything that streams now has been made good. */
function failed(before: CallState, { failTime }: LegFailedTrigger): CallState {
  const { legs, failTimes } = before;
  if (legs.length > 0 && legs.every((leg) => (leg.startTime ?? '') > failTime)) return before;
  return { ...before, failTimes: unique([...failTimes, failTime]).slice(-MAX_FAIL_TIMES) };
}

/** A worker looks at the call's item from time to time, and the call's end is not in sight. */
function isFresh({ requestedAt, status, endTime }: CallState, nowMs: number): boolean {
  const isRunning = status === 'waiting' || status === 'live';
  return (
    isRunning && endTime === undefined && nowMs - Date.parse(requestedAt ?? '') < JOIN_WINDOW_MS
  );
}

function requestOf(callId: string, state: CallState): CallRequest {
  const { legs, guard, options, attributes } = state;
  const isDescribed = Object.keys(attributes).length > 0;
  return {
    schemaVersion: 1,
    callId,
    legs: [...legs],
    guard,
    options,
    attributes: isDescribed ? attributes : undefined,
  };
}

/** One text for states that differ only in the order of members, which no database keeps. */
function contentOf(state: CallState): string {
  return JSON.stringify(state, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
