/** Reads a header byte by byte off a stream whose pieces end anywhere; gives the rest on. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #isDone = false;

  constructor(private readonly origin: AsyncIterable<Uint8Array>) {
    this.#source = origin[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes, or fewer at the end. Holds these and what came with their last ones. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#bytes.length < length && !this.#isDone) await this.#fill();
    return this.#cut(length);
  }

  /** Has the next reading begin with these bytes. */
  putBack(bytes: Uint8Array): void {
    this.#bytes = joined(bytes, this.#bytes);
  }

  /** Passes over `length` bytes without keeping them. */
  async discard(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      if (this.#bytes.length === 0) {
        if (this.#isDone) return;
        await this.#fill();
      }
      left -= this.#cut(left).length;
    }
  }

  /**
   * All that follows, at most `limit` bytes, as it comes. Ending it early lets go of the source,
   * at once where that is a Node stream.
   */
  async *rest(limit = Infinity): AsyncGenerator<Uint8Array> {
    try {
      for (let left = limit; left > 0;) {
        if (this.#bytes.length === 0) {
          if (this.#isDone) return;
          await this.#fill();
          continue;
        }
        const piece = this.#cut(left);
        left -= piece.length;
        yield piece;
      }
    } finally {
      await this.#source.return?.();
    }
  }

  /** Frees a Node stream that owes data; of other sources their iterator's end is all there is. */
  destroy(): void {
    const { origin } = this;
    if ('destroy' in origin && typeof origin.destroy === 'function') origin.destroy();
  }

  #cut(length: number): Uint8Array {
    const cut = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(cut.length);
    return cut;
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) this.#isDone = true;
    else this.#bytes = joined(this.#bytes, value);
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
