/** So often in a row what no other session should heal is tried again, where it was heard before. */
const MAX_REFUSALS = 5;

/**
 * When an error counts that says of itself that another session is no use. The service heard this
 * call with these very options a moment ago: that it refuses them now may be its own trouble, or
 * that of a clock, and the call would be lost for it.
 */
export class Refusals {
  #isTrusted = false;
  #inRow = 0;
  #reached = -Infinity;

  /** The service gave a result. */
  heard(): void {
    this.#isTrusted = true;
  }

  /** `reached` grows with everything that is in the log. */
  isFinal(reached: number): boolean {
    this.#inRow = reached > this.#reached ? 1 : this.#inRow + 1;
    this.#reached = Math.max(this.#reached, reached);
    return !this.#isTrusted || this.#inRow > MAX_REFUSALS;
  }
}
