/** A loop that is late by less has time left: one start of a call is 10 ms of work, over TLS. */
const CALM_MS = 25;
/**
 * Nobody waits longer, by the next sample of the loop's lag: also a loop that is always late has
 * to do this some time. Read once in so long, a call still catches up.
 */
const LONGEST_WAIT_MS = 250;
/** Let go at one sample: enough to catch up fast, too few to make the loop late by themselves. */
const AT_ONCE = 16;

/**
 * Lets what can wait give way to what is due now: a call that is to be taken, or one that hears
 * what was spoken long ago, to the calls that are live. In the order in which they asked.
 */
export class Yielding {
  readonly #waiting: { readonly sinceMs: number; readonly go: () => void }[] = [];
  #isCalm = true;
  #nowMs = 0;

  /** Undefined when nothing has to be waited for. Resolves when the loop has time, or soon. */
  turn(): Promise<void> | undefined {
    if (this.#isCalm && this.#waiting.length === 0) return undefined;
    return new Promise((go) => this.#waiting.push({ sinceMs: this.#nowMs, go }));
  }

  /** A sample of the event loop's lag, taken at this monotonic time. */
  sample(lagMs: number, nowMs: number): void {
    this.#isCalm = lagMs <= CALM_MS;
    this.#nowMs = nowMs;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const patient = waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < LONGEST_WAIT_MS);
    const overdue = patient < 0 ? waiting.length : patient;
    const count = Math.max(overdue, this.#isCalm ? AT_ONCE : 0);
    for (const { go } of waiting.splice(0, count)) go();
  }

  /** Nothing is measured any more: nobody waits. */
  end(): void {
    this.#isCalm = true;
    for (const { go } of this.#waiting.splice(0)) go();
  }
}
