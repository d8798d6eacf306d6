/**
 * One that was cut off behind the end frame ends in the same way, whatever it had said before; a
 * service that goes down cuts the next one too. A third then hears what both left out.
 */
const ENOUGH = 3;

/**
 * Counts the sessions in a row that ended in order and left the same sound without a word. One
 * serves a call, also when its audio is read again in between: what lies further back than memory
 * must not be heard again for ever.
 */
export class SilentEnds {
  #sessions = 0;
  #toSample = 0;
  #undecided = 0;

  /**
   * A session has ended in order after all audio before `toSample`; `undecided` counts the samples
   * of sound before a position that no result has decided on. Returns the position up to which the
   * sound is to be passed over; undefined: another session has to hear it.
   */
  ended(toSample: number, undecided: (toSample: number) => number): number | undefined {
    const isSame =
      this.#sessions > 0 &&
      this.#toSample <= toSample &&
      undecided(this.#toSample) === this.#undecided;
    if (!isSame) {
      this.#sessions = 1;
      this.#toSample = toSample;
      this.#undecided = undecided(toSample);
      return undefined;
    }
    this.#sessions += 1;
    if (this.#sessions < ENOUGH) return undefined;
    this.#sessions = 0;
    return this.#toSample;
  }
}
