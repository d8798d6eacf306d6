const WINDOW_MS = 1000;

/** "N calls a second" over a sliding second. Holds at most N moments. */
export class CallRate {
  readonly #takenAtMs: number[] = [];

  constructor(private readonly callsPerSecond: number) {}

  /** False: the caller is over the limit; a refused call does not count. */
  take(nowMs: number): boolean {
    if (this.callsPerSecond === Infinity) return true;
    const taken = this.#takenAtMs;
    while (taken.length > 0 && (taken[0] ?? 0) <= nowMs - WINDOW_MS) taken.shift();
    if (taken.length >= this.callsPerSecond) return false;
    taken.push(nowMs);
    return true;
  }
}
