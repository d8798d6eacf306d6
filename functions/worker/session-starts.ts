import type { Clock } from '../../shared/clock';

/** Spreads session starts evenly, below the account's quota of starts per second. */
export class SessionStarts {
  #nextMs = 0;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {}

  /** Resolves when another session may start, or when the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    const now = this.clock.monotonicMs();
    const at = Math.max(now, this.#nextMs);
    this.#nextMs = at + 1000 / this.perSecond;
    if (at > now) await this.clock.sleep(at - now, signal);
  }
}
