import type { Clock } from '../../../shared/clock';

/** Often enough to see what makes audio late by 50 ms, rare enough to cost nothing. */
const SAMPLE_MS = 20;

/**
 * Measures how late the event loop is: a timer that is due waits for what the loop is doing, as
 * bytes of a call do that have come.
 */
export class LoopLag {
  #lastMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly onSample: (lagMs: number) => void = () => undefined,
  ) {}

  /** As it was a moment ago. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Measures until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this;
    while (!signal.aborted) {
      const dueMs = clock.monotonicMs() + SAMPLE_MS;
      await clock.sleep(SAMPLE_MS, signal);
      if (signal.aborted) return;
      this.#lastMs = Math.max(0, clock.monotonicMs() - dueMs);
      this.onSample(this.#lastMs);
    }
  }
}
