import type { Clock } from '../../../shared/clock';

/** Sound without any result for so long is a stall (DESIGN 3, "Marks"). */
const STALL_MS = 15_000;
/** Sound that two sessions had nothing to say about may go on for hours: hold music. */
const MAX_PATIENCE_MS = 600_000;

/**
 * Notices that the service has fallen silent though there is sound. One watch serves a call:
 * when a second session says nothing of the same sound either, it is passed over, and the next
 * such stretch is waited for twice as long.
 */
export class StallWatch {
  #patienceMs = STALL_MS;
  #soundSinceMs: number | undefined;
  #silentSessions = 0;
  #passTo: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** A new session begins. */
  begin(): void {
    this.#soundSinceMs = undefined;
  }

  /** A chunk with sound has been sent. */
  sound(endSample: number): void {
    this.#soundSinceMs ??= this.clock.monotonicMs();
    this.#passTo = Math.max(this.#passTo ?? 0, endSample);
  }

  /** Any result, partial ones included, shows that the service hears. */
  result(): void {
    this.#soundSinceMs = undefined;
    this.#silentSessions = 0;
    this.#passTo = undefined;
    this.#patienceMs = STALL_MS;
  }

  get stalled(): boolean {
    if (this.#soundSinceMs === undefined) return false;
    return this.clock.monotonicMs() - this.#soundSinceMs >= this.#patienceMs;
  }

  /**
   * Called when a session was given up as stalled. Returns the position up to which the sound
   * is to be passed over, when this was the second session in a row that said nothing of it.
   */
  gaveUp(): number | undefined {
    this.#silentSessions += 1;
    if (this.#silentSessions < 2) return undefined;
    this.#silentSessions = 0;
    this.#patienceMs = Math.min(MAX_PATIENCE_MS, this.#patienceMs * 2);
    const passTo = this.#passTo;
    this.#passTo = undefined;
    return passTo;
  }
}
