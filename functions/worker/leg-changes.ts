import type { Leg } from '../../shared/call';
import type { CallState, LegState } from '../../shared/record';

/**
 * A leg is listened for so much before its start: events tell that by another clock than the
 * producer's. It costs nothing, the reader drops what comes before the leg's first fragment.
 */
const START_LEAD_MS = 10_000;

export interface LegChanges {
  /** Legs on channels that the call did not have. */
  readonly added: readonly Leg[];
  /** Legs whose streaming began anew, in place of the one on their channel. */
  readonly replacing: readonly Leg[];
}

/** What is told of a call's legs beyond what its log knows. */
export function legChanges(known: readonly LegState[], told: readonly Leg[]): LegChanges {
  const news = told.filter((leg) => !known.some((each) => isSameStart(each, leg)));
  const isTaken = (leg: Leg) => known.some(({ channel }) => channel === leg.channel);
  return { added: news.filter((leg) => !isTaken(leg)), replacing: news.filter(isTaken) };
}

/**
 * Puts legs into a call's state, each in place of the one on its channel. Nothing that they have
 * delivered since their start is passed over: that is where their channels' marks are set, or
 * to position 0 when it is not known, or earlier. A stream that goes on is the exception: what
 * was heard of it was heard, also after the leg's new start. Readers and sessions have to begin
 * anew.
 */
export function takeLegs(state: CallState, legs: readonly Leg[]): void {
  for (const leg of legs) {
    const { channel } = leg;
    if (!state.legs.some((each) => isSameStream(each, leg))) {
      const mark = startSample(leg, state, START_LEAD_MS) ?? 0;
      state.marks[channel] = Math.min(state.marks[channel] ?? Infinity, mark);
    }
    state.legs = [...state.legs.filter((each) => each.channel !== channel), { ...leg }];
  }
}

/** Whether the channel of `leg` is in the log up to where the leg begins; false: nobody knows. */
export function isHeardBefore(leg: Leg, mark: number | undefined, state: CallState): boolean {
  const start = startSample(leg, state);
  return start !== undefined && mark !== undefined && mark >= start;
}

/** Position at which a leg begins, `leadMs` earlier; undefined while that is not known. */
function startSample(leg: Leg, state: CallState, leadMs = 0): number | undefined {
  const { startTimeMs, sampleRateHz } = state;
  if (leg.startTime === undefined || startTimeMs === null || sampleRateHz === null)
    return undefined;
  const afterMs = Date.parse(leg.startTime) - leadMs - startTimeMs;
  return Math.max(0, Math.floor((afterMs * sampleRateHz) / 1000));
}

/** Whether two descriptions are of the same audio, wherever it is begun. */
export function isSameStream(a: Leg, b: Leg): boolean {
  return a.channel === b.channel && a.streamArn === b.streamArn && a.track === b.track;
}

/** Whether two descriptions are of one leg, and of the same start of its streaming. */
export function isSameStart(a: Leg, b: Leg): boolean {
  return (
    isSameStream(a, b) &&
    a.startFragmentNumber === b.startFragmentNumber &&
    a.startTime === b.startTime
  );
}
