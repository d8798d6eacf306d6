/** Notices when a session may be suspended: all channels have been silent for long enough. */
export class SilenceWatch {
  readonly #limit: number;
  #silentSamples = 0;
  #isSuspended = false;
  #hasJustEnded = false;

  /** `afterMs` null: never. */
  constructor(afterMs: number | null, sampleRateHz: number) {
    this.#limit = afterMs === null ? Infinity : (afterMs * sampleRateHz) / 1000;
  }

  /** The chunk shown last is the first sound after a suspension. */
  get hasJustEnded(): boolean {
    return this.#hasJustEnded;
  }

  /** Shown every chunk. Undefined: it is to be sent; the suspension `begins` before it or `lasts`. */
  take(sampleCount: number, isSilent: boolean): 'begins' | 'lasts' | undefined {
    this.#hasJustEnded = this.#isSuspended && !isSilent;
    if (!isSilent) {
      this.#silentSamples = 0;
      this.#isSuspended = false;
      return undefined;
    }
    const begins = !this.#isSuspended && this.#silentSamples >= this.#limit;
    this.#silentSamples += sampleCount;
    if (begins) this.#isSuspended = true;
    else if (!this.#isSuspended) return undefined;
    return begins ? 'begins' : 'lasts';
  }
}
