/** Longer delays count as this one: by then it is clear that something is wrong. */
const MAX_DELAY_MS = 2_000;

/** Counts delays in steps of one millisecond, in memory that does not grow with their number. */
export class DelayHistogram {
  readonly #counts = new Uint32Array(MAX_DELAY_MS + 1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const step = Math.min(MAX_DELAY_MS, Math.max(0, Math.floor(ms)));
    this.#counts[step] = this.#counts[step]! + 1;
    this.#count += 1;
  }

  /**
   * The delay in whole milliseconds that `share` (0 to 1) of those counted do not exceed; 0 when
   * there were none.
   */
  percentile(share: number): number {
    const wanted = Math.ceil(share * this.#count);
    let seen = 0;
    for (let ms = 0; ms <= MAX_DELAY_MS && wanted > 0; ms += 1) {
      seen += this.#counts[ms]!;
      if (seen >= wanted) return ms;
    }
    return 0;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
  }
}
