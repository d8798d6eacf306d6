/** A loop that is late by less has time left: one start of a call is 10 ms of work, over TLS. */
const CALM_MS = 25;
/**
 * From then on somebody's turn comes although the loop is late: one that is always late has to do
 * this some time, too. In so long as many go as wait, spread over the samples, so that all of a
 * crowd that asked together have gone after half a second or little more.
 */
const PATIENCE_MS = 250;
/** How long a crowd that has become smaller counts. */
const CROWD_MS = 1_000;
/** So many may go at one sample whatever the share: too few to make the loop late by themselves. */
const AT_ONCE = 16;

/**
 * Lets what can wait give way to what is due now: a call that is to be taken, or one that hears
 * what was spoken long ago, to the calls that are live. In the order in which they asked.
 */
export class Yielding {
  readonly #waiting: { readonly sinceMs: number; readonly go: () => void }[] = [];
  #isCalm = true;
  #nowMs = -Infinity;
  /** How many waited at most of late. */
  #crowd = 0;

  /** Undefined when nothing has to be waited for. Resolves when the loop has time, or soon. */
  turn(): Promise<void> | undefined {
    if (this.#isCalm && this.#waiting.length === 0) return undefined;
    return new Promise((go) => this.#waiting.push({ sinceMs: this.#nowMs, go }));
  }

  /** A sample of the event loop's lag, taken at this monotonic time. */
  sample(lagMs: number, nowMs: number): void {
    const spentMs = nowMs - this.#nowMs;
    this.#isCalm = lagMs <= CALM_MS;
    this.#nowMs = nowMs;
    const waiting = this.#waiting;
    this.#crowd = Math.max(waiting.length, this.#crowd * Math.max(0, 1 - spentMs / CROWD_MS));
    if (waiting.length === 0) return;
    // Those who asked together would else all go together, and again in step ever after.
    const share = Math.ceil(this.#crowd * Math.min(1, spentMs / PATIENCE_MS));
    const count = Math.max(AT_ONCE, share);
    const mayGo = this.#isCalm ? count : Math.min(count, this.#overdue(nowMs));
    for (const { go } of waiting.splice(0, mayGo)) go();
  }

  /** Nothing is measured any more: nobody waits. */
  end(): void {
    this.#isCalm = true;
    for (const { go } of this.#waiting.splice(0)) go();
  }

  #overdue(nowMs: number): number {
    const patient = this.#waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < PATIENCE_MS);
    return patient < 0 ? this.#waiting.length : patient;
  }
}
