/** Percentiles of some values, in [0, 100]; NaN of nothing. */
export function percentiles(values: Iterable<number>, ...wanted: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return wanted.map((percent) => {
    const at = Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1);
    return sorted[Math.max(0, at)] ?? NaN;
  });
}

export function median(values: Iterable<number>): number {
  return percentiles(values, 50)[0] ?? NaN;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** `1.23 (1.20 to 1.31)`. */
export function spreadText({ median: middle, least, most }: Spread): string {
  return `${short(middle)} (${short(least)} to ${short(most)})`;
}

/** Three digits, and no more zeros than are needed. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Least-squares slope of y over x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  let above = 0;
  let below = 0;
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return above / below;
}
