import type { Clock } from '../../shared/clock';

/** A session is replaced so long before its credentials expire. */
const MARGIN_MS = 5 * 60_000;

interface Identity {
  readonly expiration?: Date;
}

/**
 * Until when sessions signed with today's credentials may live. The SDK signs a session's frames
 * with the credentials it began with (PROTOCOLS C6), so a session must not outlive them.
 */
export class CredentialsWatch {
  #deadlineMs: number | null = null;
  #asking = false;

  constructor(
    private readonly provide: () => Promise<Identity>,
    private readonly clock: Clock,
  ) {}

  /** Monotonic milliseconds; null when the credentials do not expire, or are not known yet. */
  get deadlineMs(): number | null {
    const stale = this.#deadlineMs === null || this.#deadlineMs <= this.clock.monotonicMs();
    if (stale && !this.#asking) void this.#ask();
    return stale ? null : this.#deadlineMs;
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const { expiration } = await this.provide();
      this.#deadlineMs =
        expiration === undefined ? null : this.#monotonic(expiration.getTime() - MARGIN_MS);
    } catch {
      // The session itself reports credentials that cannot be had.
      this.#deadlineMs = null;
    } finally {
      this.#asking = false;
    }
  }

  /** Short-lived credentials are replaced at half of what they have left. */
  #monotonic(epochMs: number): number {
    const leftMs = epochMs - this.clock.epochMs();
    return this.clock.monotonicMs() + (leftMs > 0 ? leftMs : (leftMs + MARGIN_MS) / 2);
  }
}
