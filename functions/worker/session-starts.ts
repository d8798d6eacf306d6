import type { Clock } from '../../shared/clock';

/**
 * Spreads session starts evenly, below the account's quota of starts per second: in the order in
 * which they were asked for, as many waiting as ask. Who no longer wants to start takes nobody's
 * turn: calls that begin anew while many wait would else push each other further and further back.
 */
export class SessionStarts {
  readonly #waiting = new Set<() => void>();
  #nextMs = -Infinity;
  #isRunning = false;

  constructor(
    /** Asked before each start. */
    private readonly perSecond: () => number,
    private readonly clock: Clock,
  ) {}

  /** Resolves when another session may start, or when the signal aborts. */
  acquire(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const begin = () => {
        this.#waiting.delete(begin);
        signal.removeEventListener('abort', begin);
        resolve();
      };
      signal.addEventListener('abort', begin, { once: true });
      this.#waiting.add(begin);
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    const { clock } = this;
    this.#isRunning = true;
    for (const begin of this.#waiting) {
      const now = clock.monotonicMs();
      if (this.#nextMs > now) await clock.sleep(this.#nextMs - now);
      if (!this.#waiting.has(begin)) continue;
      // From when it was due: a timer that fires late does not make the rate lower.
      this.#nextMs = Math.max(this.#nextMs, now) + 1000 / this.perSecond();
      begin();
    }
    this.#isRunning = false;
  }
}
