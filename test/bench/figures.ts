/** One measured number. `value` is null when nothing could be measured. */
export interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  /** As written for people, such as `<= 50`; null where nothing is asked for. */
  readonly target: string | null;
  readonly met: boolean | null;
}

export interface Target {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A figure judged by its target. */
export function figure(
  name: string,
  value: number,
  unit: string,
  { atMost, atLeast }: Target = {},
): Figure {
  const known = Number.isFinite(value) ? rounded(value) : null;
  const target =
    atMost !== undefined ? `<= ${atMost}` : atLeast !== undefined ? `>= ${atLeast}` : null;
  const met =
    target === null || known === null
      ? target === null
        ? null
        : false
      : known <= (atMost ?? Infinity) && known >= (atLeast ?? -Infinity);
  return { name, value: known, unit, target, met };
}

/** Four digits say all that a run can; judged as shown. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
