import type { Leg } from '../../../shared/call';

/** What dispatch says of a call in the call's item. */
export interface Told {
  /** At most one per channel; empty for a call that dispatch has no legs of. */
  readonly legs: readonly Leg[];
  /** Producer time, epoch milliseconds, at which the call ends; null while it goes on. */
  readonly endTimeMs: number | null;
}

/** What becomes known of a call while it runs: told by the heartbeat, read by its pipeline. */
export class CallControl implements Told {
  endTimeMs: number | null = null;
  legs: readonly Leg[] = [];
  #listener: (() => void) | undefined;

  learn(told: Told): void {
    this.endTimeMs = told.endTimeMs;
    this.legs = told.legs;
    this.#listener?.();
  }

  /** Calls `listener`, which must not throw, at every news; there is one at a time. */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }
}
