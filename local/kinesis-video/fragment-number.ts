/** Fragment numbers have 47 digits today (PROTOCOLS A2) and rise within a stream. */
const DIGITS = 47;
const TIME_DIGITS = 15;
const SEQUENCE_DIGITS = 10;
const PREFIX = '91';
const RANDOM_DIGITS = DIGITS - PREFIX.length - TIME_DIGITS - SEQUENCE_DIGITS;

/** Numbers one stream's fragments; `after` is the highest number given out before a restart. */
export class FragmentNumbers {
  #timeMs: number;
  #sequence: number;

  constructor(
    private readonly random: () => number,
    after?: string,
  ) {
    const timeEnd = PREFIX.length + TIME_DIGITS;
    this.#timeMs = after === undefined ? 0 : Number(after.slice(PREFIX.length, timeEnd));
    this.#sequence =
      after === undefined ? 0 : Number(after.slice(timeEnd, timeEnd + SEQUENCE_DIGITS));
  }

  /** A number above all earlier ones, also when the clock went back. */
  next(nowMs: number): string {
    this.#timeMs = Math.max(this.#timeMs, Math.floor(nowMs));
    this.#sequence += 1;
    let tail = '';
    while (tail.length < RANDOM_DIGITS) tail += String(Math.floor(this.random() * 10));
    return (
      PREFIX +
      String(this.#timeMs).padStart(TIME_DIGITS, '0') +
      String(this.#sequence).padStart(SEQUENCE_DIGITS, '0') +
      tail
    );
  }
}
