import type { CallPlan, Stretch } from '../plan/call-plan';
import { playedTo } from '../plan/call-plan';

/** One fragment as the producer makes it; positions on the call's timeline. */
export interface PlayedFragment {
  readonly startMs: number;
  readonly endMs: number;
  /** The producer's clock is behind by so much. */
  readonly clockBackMs: number;
  /** In the stream twice, under two numbers. */
  readonly twice: boolean;
}

/**
 * The fragments of a stream whose first sample is at `fromMs`. What lies in a break is left out;
 * a fragment ends early where a break begins or the clock jumps.
 */
export function fragmentsOf(plan: CallPlan, fromMs: number): PlayedFragment[] {
  const { breaks, repeats, clockJump, fragmentMs } = plan;
  const cuts = [...breaks.map((gap) => gap.fromMs), clockJump?.atMs ?? Infinity];
  const fragments: PlayedFragment[] = [];
  let position = fromMs;
  while (position < playedTo(plan)) {
    const gap = breaks.find((each) => contains(each, position));
    if (gap !== undefined) {
      position = gap.toMs;
      continue;
    }
    const nextCut = Math.min(...cuts.filter((cut) => cut > position));
    const endMs = Math.min(position + fragmentMs, nextCut, playedTo(plan));
    const startMs = position;
    fragments.push({
      startMs,
      endMs,
      clockBackMs: clockJump !== undefined && startMs >= clockJump.atMs ? clockJump.backMs : 0,
      twice: repeats.some((each) => contains(each, startMs)),
    });
    position = endMs;
  }
  return fragments;
}

function contains({ fromMs, toMs }: Stretch, position: number): boolean {
  return position >= fromMs && position < toMs;
}
