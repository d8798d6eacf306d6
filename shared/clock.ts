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

/**
 * One timer for everybody who wants to look around now and then: no timer per call. It runs only
 * while somebody listens.
 */
export class Ticker {
  readonly #listeners = new Set<() => void>();
  #running = false;

  constructor(
    private readonly intervalMs: number,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Calls `listener`, which must not throw, at every tick; returns what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#start();
    return () => void this.#listeners.delete(listener);
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.clock.sleep(this.intervalMs).then(() => {
      this.#running = false;
      for (const listener of [...this.#listeners]) listener();
      if (this.#listeners.size > 0) this.#start();
    });
  }
}

/** Milliseconds since the epoch as an ISO UTC time. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
