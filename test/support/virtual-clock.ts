import type { Clock } from '../../shared/clock';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/**
 * A clock whose time passes only when nothing else is going on: `drive` runs work and, whenever
 * that waits, jumps to the next sleeper. Hours pass in milliseconds, and always in the same way.
 */
export class VirtualClock implements Clock {
  #nowMs = 1_000;
  #sleepers: Sleeper[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Time passes and nobody notices, as when the process is stopped. */
  leap(ms: number): void {
    this.#nowMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const abort = () => this.#wake(sleeper);
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Resolves as `work` does, letting time pass meanwhile; at most `limitMs` of it. */
  async drive<T>(work: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const untilMs = this.#nowMs + limitMs;
    let isDone = false;
    const done = () => (isDone = true);
    work.then(done, done);
    for (;;) {
      await quiet();
      if (isDone) return work;
      const next = this.#earliest();
      if (next === undefined) throw new Error('nothing is going on and nobody sleeps');
      if (next.atMs > untilMs) throw new Error(`still waiting after ${limitMs} ms`);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#wake(next);
    }
  }

  #earliest(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (earliest === undefined || sleeper.atMs < earliest.atMs) earliest = sleeper;
    }
    return earliest;
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}

/** Resolves when every promise that can go on has gone on. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
