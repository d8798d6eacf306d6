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
  #isRenewing = false;

  /**
   * `formerEndMs`: where the call ended before it was reopened, null otherwise. The item may tell
   * of that end still. `letGo` ends the call's run for another worker to go on.
   */
  constructor(
    private readonly formerEndMs: number | null,
    private readonly letGo: () => void,
  ) {}

  /** Handed over because its message grows old, not because the worker stops. */
  get isRenewing(): boolean {
    return this.#isRenewing;
  }

  /** The call goes on with a fresh message. */
  renew(): void {
    this.#isRenewing = true;
    this.letGo();
  }

  learn(told: Told): void {
    this.endTimeMs = told.endTimeMs === this.formerEndMs ? null : told.endTimeMs;
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
