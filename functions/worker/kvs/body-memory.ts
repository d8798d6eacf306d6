/** What comes in 200 ms for two channels has 7 KB; one record of TLS has this at most. */
export const PIECE_BYTES = 16_384;
/** Free pieces that are kept, 128 MB; what is more is left to the collector. */
const MAX_FREE = 8_192;

/**
 * Memory for what was read and is not used up yet, for all connections of a worker, in pieces of
 * one size. A connection that waits for bytes has none, and what one has just let go of, and the
 * processor still has at hand, is the next one's. Not cleared: who takes a piece knows how much of
 * it was written.
 *
 * What calls that are behind take is kept, too: V8 collects all of its heap after every 64 MB of
 * fresh buffers, which a thousand of them would take each second. With half of the time gone into
 * that, none would ever catch up. Kept, all of it makes V8 do so twice.
 */
export class BodyMemory {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  }

  /** Nobody reads this piece any more; it must not be given twice. */
  give(piece: Buffer): void {
    if (this.#free.length < MAX_FREE) this.#free.push(piece);
  }
}
