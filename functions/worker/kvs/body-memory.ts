/** What comes in 200 ms for two channels has 7 KB; with fragments of 1 s a read may bring more. */
const PIECE_BYTES = 16_384;
/** As many calls have something unread at once, mostly; what is more is left to the collector. */
const MAX_FREE = 64;

/**
 * Memory for what was read and is not used up yet, for all connections of a worker. One that waits
 * for bytes has none of it, and what one has just let go of, and the processor still has at hand,
 * is the next one's. Not cleared: who takes it knows how much of it was written.
 */
export class BodyMemory {
  readonly #free: Buffer[] = [];

  /** At least so many bytes. */
  take(bytes: number): Buffer {
    if (bytes > PIECE_BYTES) return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  }

  /** Nobody reads this any more; it must not be given twice. */
  give(memory: Buffer): void {
    if (memory.length === PIECE_BYTES && this.#free.length < MAX_FREE) this.#free.push(memory);
  }
}
