import type { AudioChunk } from './chunk-grid';

/** Chunks kept for use: as many as a batch of a reader that catches up makes at once, and more. */
const MAX_KEPT = 128;

/**
 * Chunks in one piece of memory: with one for each, keeping account of it costs more than using it.
 * A call of 200 ms a chunk has 107 at once, those of 20 s and what is under way.
 */
const SLAB_CHUNKS = 8;

/**
 * A chunk together with its place in a slab. Both are used again: written to from `samplesAt` on,
 * cut, and after it was given back written to anew. Views are the slab's: three of a chunk's own
 * were most of what it cost, and every full garbage collection marks what is kept for a replay.
 */
export class SlabChunk implements AudioChunk {
  startSample = 0;
  sampleCount = 0;
  /** A double from the start: V8 then writes each time into the box of the one before. */
  availableMs = NaN;
  readonly peaks: number[];
  samplesAt: number;

  constructor(
    private readonly slab: Slab,
    private readonly placeAt: number,
  ) {
    this.samplesAt = placeAt;
    this.peaks = new Array<number>(slab.channelCount).fill(0);
  }

  get samples(): Int16Array {
    return this.slab.samples;
  }

  get bytes(): Uint8Array {
    const { samples, channelCount } = this.slab;
    const frameBytes = channelCount * Int16Array.BYTES_PER_ELEMENT;
    const from = this.samplesAt * Int16Array.BYTES_PER_ELEMENT;
    return new Uint8Array(samples.buffer, from, this.sampleCount * frameBytes);
  }

  /** Ends the writing: its sample frames from `firstFrame` on are the chunk at `startSample`. */
  cut(startSample: number, sampleCount: number, firstFrame: number): void {
    this.startSample = startSample;
    this.sampleCount = sampleCount;
    this.samplesAt = this.placeAt + firstFrame * this.slab.channelCount;
  }

  /** As it was made, to be written to. */
  clear(): void {
    const { samples, chunkSamples, channelCount } = this.slab;
    // Four times as fast as to fill shared memory, which V8 does sample by sample.
    samples.set(silenceOf(chunkSamples * channelCount), this.placeAt);
    this.peaks.fill(0);
    this.availableMs = NaN;
    this.samplesAt = this.placeAt;
  }

  isFor(chunkSamples: number, channelCount: number): boolean {
    return this.slab.isFor(chunkSamples, channelCount);
  }
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
  readonly #given: SlabChunk[] = [];
  #slab: Slab | undefined;

  constructor(private readonly restingChunks = 2) {}

  /** For so many samples of each channel, all of them 0. */
  take(chunkSamples: number, channelCount: number): SlabChunk {
    const oldest = this.#given.length > this.restingChunks ? this.#given.shift() : undefined;
    if (oldest?.isFor(chunkSamples, channelCount) !== true) {
      return this.#new(chunkSamples, channelCount);
    }
    oldest.clear();
    return oldest;
  }

  /**
   * Nobody reads this chunk any more, but for `bytes` that were asked for before: it becomes
   * another one. It must not be given twice.
   */
  give(chunk: AudioChunk): void {
    if (chunk instanceof SlabChunk && this.#given.length < MAX_KEPT) this.#given.push(chunk);
  }

  #new(chunkSamples: number, channelCount: number): SlabChunk {
    const slab = this.#slab;
    if (slab?.isFor(chunkSamples, channelCount) === true && slab.hasRoom) return slab.next();
    this.#slab = new Slab(chunkSamples, channelCount);
    return this.#slab.next();
  }
}

/**
 * Memory of chunks that are alike, one after the other; each is as it was made: all 0. It is a
 * SharedArrayBuffer, shared with nobody, because V8 collects garbage after every 64 MB of others
 * that are new, which calls that begin take by the dozen and none of which could be collected.
 */
class Slab {
  readonly samples: Int16Array;
  #used = 0;

  constructor(
    readonly chunkSamples: number,
    readonly channelCount: number,
  ) {
    const chunkBytes = chunkSamples * channelCount * Int16Array.BYTES_PER_ELEMENT;
    this.samples = new Int16Array(new SharedArrayBuffer(SLAB_CHUNKS * chunkBytes));
  }

  isFor(chunkSamples: number, channelCount: number): boolean {
    return chunkSamples === this.chunkSamples && channelCount === this.channelCount;
  }

  get hasRoom(): boolean {
    return this.#used < SLAB_CHUNKS;
  }

  next(): SlabChunk {
    const placeAt = this.#used * this.chunkSamples * this.channelCount;
    this.#used += 1;
    return new SlabChunk(this, placeAt);
  }
}

/** The longest that was asked for: a worker may have calls with one channel and with two. */
let silence = new Int16Array(0);

function silenceOf(samples: number): Int16Array {
  if (silence.length < samples) silence = new Int16Array(samples);
  return silence.length === samples ? silence : silence.subarray(0, samples);
}
