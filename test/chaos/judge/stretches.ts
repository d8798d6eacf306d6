import type { Stretch } from '../plan/call-plan';

/** Rising, without overlaps. */
export function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    if (toMs <= fromMs) continue;
    const last = result.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else result.push({ fromMs, toMs });
  }
  return result;
}

/** Each made longer by so much at both ends; one without a length stays nothing. */
export function widened(stretches: readonly Stretch[], byMs: number): Stretch[] {
  return merged(
    merged(stretches).map(({ fromMs, toMs }) => ({ fromMs: fromMs - byMs, toMs: toMs + byMs })),
  );
}

/** Milliseconds of `stretches` that lie outside `others`. */
export function msOutside(stretches: readonly Stretch[], others: readonly Stretch[]): number {
  const covering = merged(others);
  let outside = 0;
  for (const { fromMs, toMs } of merged(stretches)) {
    outside += toMs - fromMs;
    for (const other of covering) {
      outside -= Math.max(0, Math.min(toMs, other.toMs) - Math.max(fromMs, other.fromMs));
    }
  }
  return outside;
}

export function overlaps(a: Stretch, b: Stretch): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}
