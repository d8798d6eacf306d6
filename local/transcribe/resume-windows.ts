/** Windows are kept for this many sessions; beyond it the oldest is forgotten. */
const MAX_WINDOWS = 10_000;
const MINUTE_MS = 60_000;

/** Until when each session that asked for it may be taken up again (PROTOCOLS C1). */
export class ResumeWindows {
  readonly #endsAtMs = new Map<string, number>();

  /** A window counts from the first stream of its session; taking it up again does not move it. */
  open(sessionId: string, minutes: number, nowMs: number): void {
    if (this.isOpen(sessionId, nowMs)) return;
    this.#endsAtMs.delete(sessionId);
    this.#endsAtMs.set(sessionId, nowMs + minutes * MINUTE_MS);
    if (this.#endsAtMs.size <= MAX_WINDOWS) return;
    const [oldest] = this.#endsAtMs.keys();
    if (oldest !== undefined) this.#endsAtMs.delete(oldest);
  }

  isOpen(sessionId: string, nowMs: number): boolean {
    return nowMs < (this.#endsAtMs.get(sessionId) ?? -Infinity);
  }
}
