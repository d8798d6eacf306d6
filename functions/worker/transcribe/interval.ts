import type { SessionEnd } from './transcribe-item';

/**
 * At a cut through sound two sessions hear the same word; their times for it differ by less
 * than this, so neither may take it for the other's.
 */
export const CUT_TOLERANCE_MS = 100;

/** One session's part [from, to) of the timeline; `to` is set when it is known. */
export class Interval {
  to: number | undefined;
  end: SessionEnd = 'idle';
  /** Audio from so much before `from` is sent too; its words are the session's before. */
  readonly overlapBefore: number;
  /** Audio up to so much after `to` is sent too; its words are the next session's. */
  overlapAfter = 0;

  /** Words before this have been heard when the interval's turn comes. */
  readonly knownFrom: number;
  #tolerance = 0;

  constructor(
    readonly from: number,
    options: { readonly overlapBefore?: number; readonly tolerance?: number } = {},
  ) {
    this.overlapBefore = options.overlapBefore ?? 0;
    this.knownFrom = from - (options.tolerance ?? 0);
  }

  /** Fixes the end of the interval. */
  close(to: number, end: SessionEnd, tolerance = 0): void {
    this.to = Math.max(this.from, to);
    this.end = end;
    this.#tolerance = tolerance;
  }

  /** Words before this have been heard when the interval is done. */
  get knownTo(): number {
    return Math.max(this.from, (this.to ?? this.from) - this.#tolerance);
  }

  /** Position up to which audio is sent; undefined while the end is open. */
  get sendTo(): number | undefined {
    return this.to === undefined ? undefined : this.to + this.overlapAfter;
  }
}
