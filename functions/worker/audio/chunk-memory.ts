import type { AudioChunk } from './chunk-grid';

/** Chunks kept for use: as many as a batch of a reader that catches up makes at once, and more. */
const MAX_KEPT = 128;

/** Chunks in one piece of memory: with one for each, keeping account of it costs more than using it. */
const SLAB_CHUNKS = 16;

/** A chunk's memory, all of it as samples and as octets, and one peak of each channel. */
export interface ChunkBuffers {
  readonly samples: Int16Array;
  readonly bytes: Uint8Array;
  readonly peaks: Int32Array;
}

/**
 * Memory for one call's chunks, which is used again once they are given back: fresh memory for
 * each costs more than all else that is done with its samples. Chunks that nobody gives back are
 * left to the collector. Holds `MAX_KEPT` chunks at most.
 *
 * A chunk rests until `restingChunks` more have been given back: so many may still be on their way
 * to a session when they are given.
 */
export class ChunkMemory {
  readonly #given: ChunkBuffers[] = [];
  #slab: Slab | undefined;

  constructor(private readonly restingChunks = 2) {}

  /** For so many samples of each channel, all of them 0; the same channels at each time. */
  take(chunkSamples: number, channelCount: number): ChunkBuffers {
    const sampleCount = chunkSamples * channelCount;
    const oldest = this.#given.length > this.restingChunks ? this.#given.shift() : undefined;
    if (oldest?.samples.length !== sampleCount) return this.#new(sampleCount, channelCount);
    oldest.samples.fill(0);
    oldest.peaks.fill(0);
    return oldest;
  }

  /** Nobody reads this chunk's bytes or peaks any more; it must not be given twice. */
  give({ buffers }: AudioChunk): void {
    if (buffers !== undefined && this.#given.length < MAX_KEPT) this.#given.push(buffers);
  }

  #new(sampleCount: number, channelCount: number): ChunkBuffers {
    if (this.#slab?.hasRoomFor(sampleCount) !== true)
      this.#slab = new Slab(sampleCount, channelCount);
    return this.#slab.next();
  }
}

/**
 * Memory of chunks that are alike, one after the other; each is as it was made: all 0. It is a
 * SharedArrayBuffer, shared with nobody, because V8 collects garbage after every 64 MB of others
 * that are new, which calls that begin take by the dozen and none of which could be collected.
 */
class Slab {
  readonly #memory: SharedArrayBuffer;
  readonly #peaksBytes: number;
  readonly #samplesBytes: number;
  #used = 0;

  constructor(
    private readonly sampleCount: number,
    private readonly channelCount: number,
  ) {
    this.#peaksBytes = channelCount * Int32Array.BYTES_PER_ELEMENT;
    this.#samplesBytes = sampleCount * Int16Array.BYTES_PER_ELEMENT;
    this.#memory = new SharedArrayBuffer(SLAB_CHUNKS * (this.#peaksBytes + this.#samplesBytes));
  }

  hasRoomFor(sampleCount: number): boolean {
    return sampleCount === this.sampleCount && this.#used < SLAB_CHUNKS;
  }

  next(): ChunkBuffers {
    const memory = this.#memory;
    // All peaks first: an odd number of samples would leave them between two places.
    const peaksAt = this.#used * this.#peaksBytes;
    const samplesAt = SLAB_CHUNKS * this.#peaksBytes + this.#used * this.#samplesBytes;
    this.#used += 1;
    return {
      samples: new Int16Array(memory, samplesAt, this.sampleCount),
      bytes: new Uint8Array(memory, samplesAt, this.#samplesBytes),
      peaks: new Int32Array(memory, peaksAt, this.channelCount),
    };
  }
}
