/**
 * Small next to what a thousand calls bring in a second, so that a piece that nobody has read
 * yet keeps little besides itself in memory.
 */
const SLAB_BYTES = 65_536;

/**
 * Memory for what network reads bring, cut from larger arrays: an allocation for each would cost
 * several times the copy. No byte is written twice, and the collector takes an array when none of
 * its pieces is in use any more; at most `SLAB_BYTES` are held for pieces to come.
 */
export class Slab {
  #slab: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  /** Begins a piece of at most `maxBytes`. */
  begin(maxBytes: number): void {
    if (this.#slab.length - this.#to < maxBytes) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, maxBytes));
      this.#to = 0;
    }
    this.#from = this.#to;
  }

  /** Copies [start, end) of `bytes` to the end of the piece. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.#slab.set(bytes.subarray(start, end), this.#to);
    this.#to += end - start;
  }

  /** The piece, of its right size; undefined when nothing was appended. */
  finish(): Uint8Array | undefined {
    const length = this.#to - this.#from;
    return length === 0 ? undefined : this.#slab.subarray(this.#from, this.#to);
  }
}
