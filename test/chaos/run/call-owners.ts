/** Which worker has which calls, and how long a call is without one. Times in milliseconds. */
export class CallOwners {
  readonly #calls = new Map<number, Set<string>>();
  readonly #lostAtMs = new Map<string, number>();
  /** From the loss of a call's worker to its next claim, or until that worker goes on with it. */
  readonly resumedAfterMs: number[] = [];

  /** `nowMs`: a clock that never jumps. */
  constructor(private readonly nowMs: () => number) {}

  /** The calls that this worker has. */
  of(pid: number): string[] {
    return [...(this.#calls.get(pid) ?? [])];
  }

  claimed(callId: string, pid: number): void {
    // One that was stopped does not know yet that it has the call no more.
    for (const calls of this.#calls.values()) calls.delete(callId);
    const calls = this.#calls.get(pid) ?? new Set<string>();
    this.#calls.set(pid, calls.add(callId));
    this.#resumed(callId);
  }

  letGo(callId: string, pid: number): void {
    this.#calls.get(pid)?.delete(callId);
  }

  /** The worker can do nothing for its calls. */
  lost(pid: number): void {
    for (const callId of this.of(pid)) {
      if (!this.#lostAtMs.has(callId)) this.#lostAtMs.set(callId, this.nowMs());
    }
  }

  /** A worker that was stopped has what nobody else has taken over. */
  continues(pid: number): void {
    for (const callId of this.of(pid)) this.#resumed(callId);
  }

  #resumed(callId: string): void {
    const lostAtMs = this.#lostAtMs.get(callId);
    if (lostAtMs === undefined) return;
    this.#lostAtMs.delete(callId);
    this.resumedAfterMs.push(this.nowMs() - lostAtMs);
  }
}
