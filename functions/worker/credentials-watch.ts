import type { Clock } from '../../shared/clock';

/** A session is replaced so long before its credentials expire. */
const MARGIN_MS = 5 * 60_000;

/** Credentials that do not expire may be replaced by such that do. */
const ASK_AGAIN_MS = 60_000;

interface Identity {
  readonly expiration?: Date;
}

/**
 * Until when sessions signed with today's credentials may live. The SDK signs a session's frames
 * with the credentials it began with (PROTOCOLS C6), so a session must not outlive them.
 */
export class CredentialsWatch {
  #deadlineMs: number | null = null;
  /** Until then the answer that there is no deadline holds. */
  #lastingToMs = -Infinity;
  #asking = false;

  constructor(
    private readonly provide: () => Promise<Identity>,
    private readonly clock: Clock,
  ) {}

  /** Monotonic milliseconds; null when the credentials do not expire, or are not known yet. */
  get deadlineMs(): number | null {
    const nowMs = this.clock.monotonicMs();
    const stale = this.#deadlineMs === null || this.#deadlineMs <= nowMs;
    if (stale && !this.#asking && nowMs >= this.#lastingToMs) void this.#ask();
    return stale ? null : this.#deadlineMs;
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const { expiration } = await this.provide();
      this.#deadlineMs =
        expiration === undefined ? null : this.#monotonic(expiration.getTime() - MARGIN_MS);
      if (expiration === undefined) this.#lastingToMs = this.clock.monotonicMs() + ASK_AGAIN_MS;
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
