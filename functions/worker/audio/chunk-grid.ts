import { ChunkMemory, type SlabChunk } from './chunk-memory';
import type { Codec } from './codec';
import { copyPcm, expand } from './interleave';

/**
 * Interleaved 16-bit little-endian PCM of all channels. Nothing of it changes any more but
 * `availableMs`, unless the chunk is given back to its ChunkMemory, which makes another one of it.
 */
export interface AudioChunk {
  readonly startSample: number;
  /** Sample frames: samples per channel. */
  readonly sampleCount: number;
  /** May be made anew each time it is asked for. */
  readonly bytes: Uint8Array;
  /** Largest absolute sample of each channel, 0 to 32768; of a loud one, any that is loud. */
  readonly peaks: number[];
  /** Monotonic time at which its last byte was available; NaN while nobody has said. */
  availableMs?: number;
  /** Its samples without `bytes`: here they lie from `samplesAt` on, among those of other chunks. */
  readonly samples?: Int16Array;
  readonly samplesAt?: number;
}

/** Whether no channel reaches the peak. */
export function isSilent({ peaks }: AudioChunk, silencePeak: number): boolean {
  for (let channel = 0; channel < peaks.length; channel++) {
    if (peaks[channel]! >= silencePeak) return false;
  }
  return true;
}

/**
 * Where samples of all channels meet: blocks are written straight into the chunks that are sent,
 * and what nobody wrote is silence. Chunk borders lie at fixed multiples of the timeline, so a
 * resumed call cuts its audio at the same places. Memory: the chunks between `base` and `lead`
 * that were written to; the caller bounds how far channels part.
 */
export class ChunkGrid {
  /**
   * Chunks being written, and the place of each, in chunks: mostly one or two, so that they are
   * looked through. Every machine this runs on stores Int16Array as little-endian.
   */
  readonly #open: SlabChunk[] = [];
  readonly #places: number[] = [];
  readonly #filledTo: number[];
  /** Of the last payload's memory, which is mostly that of the next one too. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #base: number;

  constructor(
    private readonly channelCount: number,
    private readonly chunkSamples: number,
    base = 0,
    private readonly memory = new ChunkMemory(),
  ) {
    this.#base = base;
    this.#filledTo = new Array<number>(channelCount).fill(base);
  }

  /** Everything before this position has been taken. */
  get base(): number {
    return this.#base;
  }

  filledTo(channel: number): number {
    return this.#filledTo[channel] ?? this.#base;
  }

  /** The position that the furthest channel has reached. */
  get lead(): number {
    let lead = this.#base;
    for (const position of this.#filledTo) if (position > lead) lead = position;
    return lead;
  }

  /** Declares everything of a channel before `position` as present. */
  fillTo(channel: number, position: number): void {
    if (position > this.filledTo(channel)) this.#filledTo[channel] = position;
  }

  /**
   * Writes `count` samples from `payload[offset…]`; what lies before the channel's filled
   * position is dropped. Advances the filled position.
   */
  write(
    channel: number,
    position: number,
    payload: Uint8Array,
    offset: number,
    count: number,
    codec: Codec,
  ): void {
    if (this.#view.buffer !== payload.buffer) this.#view = new DataView(payload.buffer);
    const first = payload.byteOffset + offset;
    const to = position + count;
    let at = Math.max(position, this.filledTo(channel));
    while (at < to) {
      const index = Math.floor(at / this.chunkSamples);
      const end = Math.min(to, (index + 1) * this.chunkSamples);
      const chunk = this.#chunk(index);
      const frame = at - index * this.chunkSamples;
      const target = chunk.samplesAt + frame * this.channelCount + channel;
      const source = first + (at - position) * codec.bytesPerSample;
      const peak =
        codec.table === undefined
          ? copyPcm(this.#view, source, end - at, chunk.samples, target, this.channelCount)
          : expand(
              this.#view,
              source,
              end - at,
              codec.table,
              chunk.samples,
              target,
              this.channelCount,
            );
      if (peak > (chunk.peaks[channel] ?? 0)) chunk.peaks[channel] = peak;
      at = end;
    }
    this.fillTo(channel, to);
  }

  /** The next full chunk that every channel has filled, or undefined. */
  take(): AudioChunk | undefined {
    const end = this.#chunkEnd();
    return this.#readyTo() >= end ? this.#cut(end) : undefined;
  }

  /** What is left before `to`, by default the lead, as chunks that may be short; channels that lag are silent. */
  flush(to = this.lead): AudioChunk[] {
    for (let channel = 0; channel < this.channelCount; channel++) this.fillTo(channel, to);
    const chunks: AudioChunk[] = [];
    while (this.#base < to) chunks.push(this.#cut(Math.min(to, this.#chunkEnd())));
    return chunks;
  }

  /**
   * If nobody wrote anything for at least `minSamples` from the base on, moves the base to the
   * next written chunk (or to where all channels are filled) and returns true.
   */
  skipSilence(minSamples: number): boolean {
    const ready = this.#readyTo();
    if (ready - this.#base < minSamples) return false;
    const first = Math.floor(this.#base / this.chunkSamples);
    const last = Math.floor(ready / this.chunkSamples);
    // Open chunks are few; the empty stretch may be hours long.
    let next = last;
    for (const index of this.#places) next = Math.min(next, index);
    if (next * this.chunkSamples - this.#base < minSamples || next <= first) return false;
    this.#base = next * this.chunkSamples;
    return true;
  }

  #readyTo(): number {
    let ready = Infinity;
    for (const position of this.#filledTo) if (position < ready) ready = position;
    return ready;
  }

  #chunkEnd(): number {
    return (Math.floor(this.#base / this.chunkSamples) + 1) * this.chunkSamples;
  }

  #chunk(index: number): SlabChunk {
    const found = this.#open[this.#places.lastIndexOf(index)];
    if (found !== undefined) return found;
    const chunk = this.memory.take(this.chunkSamples, this.channelCount);
    this.#open.push(chunk);
    this.#places.push(index);
    return chunk;
  }

  #close(index: number): void {
    const at = this.#places.indexOf(index);
    const lastPlace = this.#places.pop();
    const lastChunk = this.#open.pop();
    if (at === this.#open.length || lastPlace === undefined || lastChunk === undefined) return;
    this.#places[at] = lastPlace;
    this.#open[at] = lastChunk;
  }

  #cut(end: number): AudioChunk {
    const startSample = this.#base;
    const index = Math.floor(startSample / this.chunkSamples);
    const chunk = this.#chunk(index);
    chunk.cut(startSample, end - startSample, startSample - index * this.chunkSamples);
    this.#close(index);
    this.#base = end;
    return chunk;
  }
}
