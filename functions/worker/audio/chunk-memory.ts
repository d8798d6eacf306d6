import type { AudioChunk } from './chunk-grid';

/** Chunks kept for use: as many as a batch of a reader that catches up makes at once, and more. */
const MAX_KEPT = 128;

/**
 * Memory for one call's chunks, which is used again once they are given back: fresh memory for
 * each costs more than all else that is done with its samples. Chunks that nobody gives back are
 * left to the collector. Holds `MAX_KEPT` chunks at most.
 *
 * A chunk rests until `restingChunks` more have been given back: so many may still be on their way
 * to a session when they are given.
 */
export class ChunkMemory {
  readonly #given: ArrayBufferLike[] = [];

  constructor(private readonly restingChunks = 2) {}

  /** So many samples, all of them 0. */
  take(sampleCount: number): Int16Array {
    const oldest = this.#given[0];
    if (oldest === undefined || this.#given.length <= this.restingChunks) {
      return new Int16Array(sampleCount);
    }
    this.#given.shift();
    return oldest.byteLength === 2 * sampleCount
      ? new Int16Array(oldest).fill(0)
      : new Int16Array(sampleCount);
  }

  /** Nobody reads this chunk's bytes any more; it must not be given twice. */
  give({ bytes }: AudioChunk): void {
    // A chunk that was cut short shares its memory with the next.
    const isWhole = bytes.byteLength === bytes.buffer.byteLength;
    if (isWhole && this.#given.length < MAX_KEPT) this.#given.push(bytes.buffer);
  }
}
