/** Time as a parameter. `monotonicMs` never jumps; `epochMs` may, and decides nothing. */
export interface Clock {
  monotonicMs(): number;
  epochMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** One timer for everybody who wants to look around now and then: no timer per call. */
export class Ticker {
  #waiting: (() => void) | undefined;
  #tick: Promise<void> | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Resolves at the next tick, the same one for all who ask. */
  next(): Promise<void> {
    if (this.#tick === undefined) {
      this.#tick = new Promise((resolve) => (this.#waiting = resolve));
      void this.clock.sleep(this.intervalMs).then(() => {
        const wake = this.#waiting;
        this.#tick = undefined;
        this.#waiting = undefined;
        wake?.();
      });
    }
    return this.#tick;
  }
}

/** Milliseconds since the epoch as an ISO UTC time. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
