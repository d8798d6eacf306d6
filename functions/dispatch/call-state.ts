import { createHash } from 'node:crypto';

import type { Leg } from '../../shared/call';
import type { CallItem } from '../../shared/call-item';

/** What dispatch knows of a call: its part of the call's item in `Calls`. Times are UTC. */
export interface CallState extends Readonly<
  Pick<CallItem, 'guard' | 'options' | 'requestedAt' | 'stopTime' | 'endTime'>
> {
  /** False when nothing of the call has been stored yet. */
  readonly isKnown: boolean;
  readonly version: number;
  /** When the item expires, seconds since the epoch; 0 when that is not set. */
  readonly expiresAtSeconds: number;
  readonly status: CallItem['status'];
  readonly legs: readonly Leg[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly starts: readonly string[];
  readonly legEnds: Readonly<Record<string, string>>;
  readonly failTimes: readonly string[];
}

/** A call that nobody has heard of. */
export const UNKNOWN_CALL: CallState = {
  isKnown: false,
  version: 0,
  expiresAtSeconds: 0,
  status: 'waiting',
  legs: [],
  attributes: {},
  starts: [],
  legEnds: {},
  failTimes: [],
};

/**
 * Names one start of a stream: the same whenever the event about it is delivered again. A request
 * that names no start is known by when it was made.
 */
export function startKey(leg: Omit<Leg, 'channel'>, requestedMs?: number): string {
  const start = leg.startFragmentNumber ?? leg.startTime ?? requestedMs ?? '';
  return createHash('sha256').update(`${leg.streamArn} ${start}`).digest('hex').slice(0, 16);
}

/**
 * When the call ends, as far as is known: when every leg's streaming has ended or failed, or at
 * a stop that was asked for, whichever is first. One leg's end alone does not end the call.
 */
export function endOf(state: CallState): string | undefined {
  const over = [...Object.values(state.legEnds), ...state.failTimes].sort();
  const isOver = state.legs.length > 0 && over.length >= state.legs.length;
  const ends = [state.stopTime, isOver ? over.at(-1) : undefined];
  return ends.filter((time) => time !== undefined).sort()[0];
}

/** The earliest stop holds: nothing said after it may be transcribed. */
export function stoppedAt(state: CallState, endTime: string | undefined): CallState {
  if (endTime === undefined || (state.stopTime ?? endTime) < endTime) return state;
  return { ...state, stopTime: endTime };
}
