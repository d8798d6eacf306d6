import type { AudioItem } from '../../../functions/worker/audio/audio-item';
import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import type { Channel } from '../../../shared/call';
import { RATE_HZ, sampleAt } from './voice';

type Item<T extends AudioItem['type']> = Extract<AudioItem, { type: T }>;

export class Placed {
  readonly items: AudioItem[] = [];
  closed = false;
  /** When the last item was given. */
  lastMs = 0;
  /** When each chunk was given, by its position. */
  readonly #givenMs = new Map<number, number>();

  constructor(private readonly beganMs: number) {}

  add(items: readonly AudioItem[], nowMs: number): void {
    this.lastMs = nowMs - this.beganMs;
    for (const item of items) {
      this.items.push(item);
      if (item.type === 'chunk') this.#givenMs.set(item.chunk.startSample, nowMs - this.beganMs);
    }
  }

  of<T extends AudioItem['type']>(type: T): Item<T>[] {
    return this.items.filter((item): item is Item<T> => item.type === type);
  }

  get chunks(): AudioChunk[] {
    return this.of('chunk').map(({ chunk }) => chunk);
  }

  get end(): Item<'end'> {
    const [end, ...more] = this.of('end');
    if (end === undefined || more.length > 0) throw new Error('not one end');
    return end;
  }

  /** Gaps as [channel, from, to, reason], in milliseconds. */
  gaps(rateHz = RATE_HZ): [Channel, number, number, string][] {
    const ms = (sample: number) => (sample * 1000) / rateHz;
    return this.of('gap').map(({ channel, fromSample, toSample, reason }) => [
      channel,
      ms(fromSample),
      ms(toSample),
      reason,
    ]);
  }

  /** Clock of the moment at which the audio of a position was given, ms after the start. */
  givenMs(sample: number): number | undefined {
    for (const { startSample, sampleCount } of this.chunks) {
      if (startSample <= sample && sample < startSample + sampleCount) {
        return this.#givenMs.get(startSample);
      }
    }
    return undefined;
  }

  /** Interleaved samples by timeline position; 0 where no chunk was given. */
  pcm(channelCount: number): Int16Array {
    const pcm = new Int16Array(this.#lead * channelCount);
    for (const { bytes, startSample } of this.chunks) {
      pcm.set(new Int16Array(bytes.slice().buffer), startSample * channelCount);
    }
    return pcm;
  }

  /** One channel's samples by timeline position; NaN where no chunk was given. */
  samples(channelIndex: number, channelCount: number): Float64Array {
    const samples = new Float64Array(this.#lead).fill(NaN);
    const pcm = this.pcm(channelCount);
    for (const { startSample, sampleCount } of this.chunks) {
      if (!Number.isNaN(samples[startSample])) throw new Error(`${startSample} comes twice`);
      for (let at = startSample; at < startSample + sampleCount; at += 1) {
        samples[at] = pcm[at * channelCount + channelIndex]!;
      }
    }
    return samples;
  }

  get #lead(): number {
    return this.chunks.reduce((max, c) => Math.max(max, c.startSample + c.sampleCount), 0);
  }

  /** One channel as stretches: of a voice (by the offset of its index from the position), silence. */
  stretches(channelIndex: number, channelCount: number, seed: number): Stretch[] {
    const stretches: Stretch[] = [];
    const samples = this.samples(channelIndex, channelCount);
    let offset = 0;
    for (let position = 0; position < samples.length; position += 1) {
      const value = samples[position]!;
      if (value !== 0 && !Number.isNaN(value) && value !== sampleAt(seed, position + offset)) {
        offset = findOffset(seed, samples, position);
      }
      const kind = Number.isNaN(value) ? 'none' : value === 0 ? 'silence' : 'voice';
      const shiftMs = kind === 'voice' ? (offset * 1000) / RATE_HZ : 0;
      const last = stretches.at(-1);
      if (last?.kind === kind && last.shiftMs === shiftMs) last.toMs = toMs(position + 1);
      else stretches.push({ kind, fromMs: toMs(position), toMs: toMs(position + 1), shiftMs });
    }
    return stretches;
  }
}

export interface Stretch {
  readonly kind: 'voice' | 'silence' | 'none';
  readonly fromMs: number;
  toMs: number;
  /** Producer time of the voice less its place on the timeline. */
  readonly shiftMs: number;
}

/** A stretch of a voice, and one of silence, as `Placed` tells of them. */
export const spoken = (fromMs: number, toMs: number, shiftMs = 0) => ({
  kind: 'voice',
  fromMs,
  toMs,
  shiftMs,
});
export const silent = (fromMs: number, toMs: number) => ({
  kind: 'silence',
  fromMs,
  toMs,
  shiftMs: 0,
});

function toMs(position: number): number {
  return (position * 1000) / RATE_HZ;
}

/** Which part of the voice stands here, the nearest that fits: several samples in a row decide. */
function findOffset(seed: number, samples: Float64Array, position: number): number {
  for (let distance = 0; distance < samples.length + 100_000; distance += 1) {
    for (const offset of [distance, -distance]) {
      let at = position;
      while (at < position + 8 && samples[at] === sampleAt(seed, at + offset)) at += 1;
      if (at === position + 8) return offset;
    }
  }
  throw new Error(`position ${position} holds no part of the voice`);
}
