import type { Codec } from './codec';

/** Interleaved 16-bit little-endian PCM of all channels. `bytes` is not written to any more. */
export interface AudioChunk {
  readonly startSample: number;
  /** Sample frames: samples per channel. */
  readonly sampleCount: number;
  readonly bytes: Uint8Array;
  /** Largest absolute sample of each channel, 0 to 32768. */
  readonly peaks: Int32Array;
}

interface OpenChunk {
  readonly bytes: Uint8Array;
  readonly peaks: Int32Array;
}

/**
 * Where samples of all channels meet: blocks are written straight into the chunks that are sent,
 * and what nobody wrote is silence. Chunk borders lie at fixed multiples of the timeline, so a
 * resumed call cuts its audio at the same places. The caller bounds how far channels part.
 */
export class ChunkGrid {
  readonly #open = new Map<number, OpenChunk>();
  readonly #filledTo: number[];
  #base: number;

  constructor(
    private readonly channelCount: number,
    private readonly chunkSamples: number,
    base = 0,
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
    return Math.max(...this.#filledTo);
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
    const from = Math.max(position, this.filledTo(channel));
    const to = position + count;
    let at = from;
    while (at < to) {
      const index = Math.floor(at / this.chunkSamples);
      const end = Math.min(to, (index + 1) * this.chunkSamples);
      const source = offset + (at - position) * codec.bytesPerSample;
      this.#writeInto(index, channel, at, end - at, payload, source, codec);
      at = end;
    }
    this.fillTo(channel, to);
  }

  /** The next full chunk that every channel has filled, or undefined. */
  take(): AudioChunk | undefined {
    const end = this.#chunkEnd();
    return this.#readyTo() >= end ? this.#cut(end) : undefined;
  }

  /** What is left before `lead`, as chunks that may be short; channels that lag are silent. */
  flush(): AudioChunk[] {
    const lead = this.lead;
    for (let channel = 0; channel < this.channelCount; channel++) this.fillTo(channel, lead);
    const chunks: AudioChunk[] = [];
    while (this.#base < lead) chunks.push(this.#cut(Math.min(lead, this.#chunkEnd())));
    return chunks;
  }

  /**
   * If nobody wrote anything for at least `minSamples` from the base on, moves the base to the
   * next written chunk (or to where all channels are filled) and returns true.
   */
  skipSilence(minSamples: number): boolean {
    const ready = this.#readyTo();
    if (ready - this.#base < minSamples) return false;
    let index = Math.floor(this.#base / this.chunkSamples);
    const last = Math.floor(ready / this.chunkSamples);
    const first = Math.min(last, Math.floor((this.#base + minSamples) / this.chunkSamples));
    for (; index < first; index++) if (this.#open.has(index)) return false;
    // Open chunks are few; the empty stretch may be hours long.
    const next = Math.min(last, ...[...this.#open.keys()].filter((key) => key >= first));
    this.#base = Math.max(this.#base, next * this.chunkSamples);
    return true;
  }

  #readyTo(): number {
    return Math.min(...this.#filledTo);
  }

  #chunkEnd(): number {
    return (Math.floor(this.#base / this.chunkSamples) + 1) * this.chunkSamples;
  }

  #cut(end: number): AudioChunk {
    const index = Math.floor(this.#base / this.chunkSamples);
    const chunk = this.#open.get(index) ?? this.#newChunk();
    this.#open.delete(index);
    const frameBytes = this.channelCount * 2;
    const origin = index * this.chunkSamples;
    const startSample = this.#base;
    const bytes = chunk.bytes.subarray(
      (startSample - origin) * frameBytes,
      (end - origin) * frameBytes,
    );
    this.#base = end;
    return { startSample, sampleCount: end - startSample, bytes, peaks: chunk.peaks };
  }

  #newChunk(): OpenChunk {
    return {
      bytes: new Uint8Array(this.chunkSamples * this.channelCount * 2),
      peaks: new Int32Array(this.channelCount),
    };
  }

  #writeInto(
    index: number,
    channel: number,
    at: number,
    count: number,
    payload: Uint8Array,
    source: number,
    codec: Codec,
  ): void {
    let chunk = this.#open.get(index);
    if (chunk === undefined) this.#open.set(index, (chunk = this.#newChunk()));
    const { bytes, peaks } = chunk;
    const stride = this.channelCount * 2;
    let target = (at - index * this.chunkSamples) * stride + channel * 2;
    let peak = peaks[channel] ?? 0;
    const { table } = codec;
    for (let i = 0, from = source; i < count; i++, target += stride) {
      let low: number;
      let high: number;
      if (table === undefined) {
        low = payload[from++] as number;
        high = payload[from++] as number;
      } else {
        const sample = table[payload[from++] as number] as number;
        low = sample & 0xff;
        high = (sample >> 8) & 0xff;
      }
      bytes[target] = low;
      bytes[target + 1] = high;
      const sample = ((high << 8) | low) << 16;
      const magnitude = sample < 0 ? -(sample >> 16) : sample >> 16;
      if (magnitude > peak) peak = magnitude;
    }
    peaks[channel] = peak;
  }
}
