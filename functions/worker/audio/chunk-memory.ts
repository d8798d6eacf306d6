import type { AudioChunk } from './chunk-grid';

/** Chunks kept for use: as many as a batch of a reader that catches up makes at once, and more. */
const MAX_KEPT = 128;

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

  constructor(private readonly restingChunks = 2) {}

  /** For so many samples of each channel, all of them 0; the same channels at each time. */
  take(chunkSamples: number, channelCount: number): ChunkBuffers {
    const sampleCount = chunkSamples * channelCount;
    const oldest = this.#given.length > this.restingChunks ? this.#given.shift() : undefined;
    if (oldest?.samples.length !== sampleCount) return newBuffers(sampleCount, channelCount);
    oldest.samples.fill(0);
    oldest.peaks.fill(0);
    return oldest;
  }

  /** Nobody reads this chunk's bytes or peaks any more; it must not be given twice. */
  give({ buffers }: AudioChunk): void {
    if (buffers !== undefined && this.#given.length < MAX_KEPT) this.#given.push(buffers);
  }
}

function newBuffers(sampleCount: number, channelCount: number): ChunkBuffers {
  const samples = new Int16Array(sampleCount);
  const bytes = new Uint8Array(samples.buffer);
  return { samples, bytes, peaks: new Int32Array(channelCount) };
}
