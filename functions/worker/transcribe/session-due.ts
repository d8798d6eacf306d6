import type { Clock } from '../../../shared/clock';
import { OVERLAP_MS, type Urgency } from './cut-policy';

/** Below it no call catches up: fragments come in pieces, and the window is read ahead. */
const LEAST_LEAD_MS = 20_000;
/** The share of the lead after which a silent place is good enough to cut. */
const SOON_SHARE = 0.9;

export interface SessionDueOptions {
  readonly clock: Clock;
  readonly sampleRateHz: number;
  /** How far a session's audio may run ahead of the clock. */
  readonly maxLeadMs: number;
  /** A call that is behind has at most so many sessions at once; with 1 it waits for the clock. */
  readonly catchUpSessions: number;
  /** Monotonic time by which a session begun now must be replaced; or null. */
  deadlineMs(): number | null;
}

/**
 * When the open session has to make room for the next one for the clock's sake: its credentials
 * expire, or it has used up its lead (C4) while there is more audio behind it. The next one then
 * has a lead of its own, and is fed while this one is still being heard.
 */
export class SessionDue {
  readonly #leadMs: number;
  #beganMs = 0;
  #deadlineMs: number | null = null;
  #running = 0;

  constructor(private readonly options: SessionDueOptions) {
    this.#leadMs = Math.max(LEAST_LEAD_MS, options.maxLeadMs - OVERLAP_MS);
  }

  /** A session begins, which is over when `done` settles. */
  begin(done: Promise<void>): void {
    this.#beganMs = this.options.clock.monotonicMs();
    this.#deadlineMs = null;
    this.#running += 1;
    const over = () => void (this.#running -= 1);
    done.then(over, over);
  }

  /** For the session begun last, of which `length` samples are there to be sent. */
  urgency(length: number): Urgency {
    const { clock, sampleRateHz, catchUpSessions } = this.options;
    const nowMs = clock.monotonicMs();
    this.#deadlineMs ??= this.options.deadlineMs();
    if (this.#deadlineMs !== null && nowMs >= this.#deadlineMs) return 'now';
    const leadMs = (length / sampleRateHz) * 1000 - (nowMs - this.#beganMs);
    if (leadMs < this.#leadMs * SOON_SHARE || this.#running >= catchUpSessions) return 'none';
    return leadMs < this.#leadMs ? 'soon' : 'now';
  }
}
