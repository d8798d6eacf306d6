import type { AudioItem } from '../../../functions/worker/audio/audio-item';
import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import { placeAudio } from '../../../functions/worker/audio/place-audio';
import type { TimelineOptions } from '../../../functions/worker/audio/timeline';
import type { AudioTrack } from '../../../functions/worker/fragments/fragment';
import type {
  ReaderBatch,
  ReaderEvent,
  ReaderStatus,
} from '../../../functions/worker/fragments/reader-batch';
import type { Channel, Leg } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';
import { numberOf } from '../../support/mkv-builder';
import { VirtualClock } from '../../support/virtual-clock';

/** Producer time 0 of all tests, epoch milliseconds. */
export const START_MS = 1_700_000_000_000;
export const RATE_HZ = 8_000;
const TICK_MS = 500;

/** The sample that a voice has at a moment: never 0, so that silence shows, and never periodic. */
export function sampleAt(seed: number, index: number): number {
  const mixed = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
  return (((mixed ^ (mixed >>> 15)) >>> 8) % 12_000) + 100;
}

export interface VoiceOptions {
  readonly seed: number;
  /** Producer times of the audio, after START_MS. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rateHz?: number;
  readonly blockSamples?: number;
  readonly blocksPerFragment?: number;
  readonly firstOrdinal?: number;
  readonly track?: Partial<AudioTrack>;
  /** What the producer's clock shows, if that is not the time. */
  readonly clockMs?: (timeMs: number) => number;
  readonly encode?: (samples: Int16Array) => Uint8Array;
  /** When the audio arrives: at its own time unless told. */
  readonly delayMs?: number;
  readonly status?: ReaderStatus;
  /** Deliver whole fragments instead of single blocks. */
  readonly wholeFragments?: boolean;
}

/** What a reader gives at a moment of the clock. */
export interface Step {
  readonly atMs: number;
  readonly status?: ReaderStatus;
  readonly events: readonly ReaderEvent[];
}

export const TRACK: AudioTrack = {
  number: 1,
  name: 'AUDIO_FROM_CUSTOMER',
  codecId: 'A_PCM/INT/LIT',
  sampleRateHz: RATE_HZ,
  channels: 1,
};
export const AGENT_TRACK: AudioTrack = { ...TRACK, number: 2, name: 'AUDIO_TO_CUSTOMER' };

export const CALLER: Leg = { channel: 'caller', streamArn: 'a', track: TRACK.name };
export const AGENT: Leg = { channel: 'agent', streamArn: 'b', track: AGENT_TRACK.name };

export function pcm16(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).slice();
}

/** A voice as a live stream of one track gives it. */
export function voice(options: VoiceOptions): Step[] {
  const { seed, fromMs, toMs, rateHz = RATE_HZ, delayMs = 0, status = 'live' } = options;
  const { blockSamples = 512, blocksPerFragment = 16, encode = pcm16 } = options;
  const clockMs = options.clockMs ?? ((timeMs: number) => timeMs);
  const track: AudioTrack = { ...TRACK, sampleRateHz: rateHz, ...options.track };
  const tracks = new Map([[track.number, track]]);
  const steps: Step[] = [];
  const from = Math.round((fromMs * rateHz) / 1000);
  const to = Math.round((toMs * rateHz) / 1000);
  let ordinal = options.firstOrdinal ?? 1;
  let previous: string | null = null;
  for (let start = from; start < to; ordinal += 1) {
    const fragmentNumber = numberOf(ordinal);
    const time = (index: number) => START_MS + Math.round(clockMs((index * 1000) / rateHz));
    const producerTimestampMs = time(start);
    const metadata = { fragmentNumber, producerTimestampMs, serverTimestampMs: 0 };
    const blocks: Step[] = [];
    for (let block = 0; block < blocksPerFragment && start < to; block += 1) {
      const count = Math.min(blockSamples, to - start);
      const samples = Int16Array.from({ length: count }, (_, at) => sampleAt(seed, start + at));
      const timestampMs = time(start);
      start += count;
      blocks.push({
        atMs: (start * 1000) / rateHz + delayMs,
        status: 'behind',
        events: [
          { type: 'block', trackNumber: track.number, timestampMs, payload: encode(samples) },
        ],
      });
    }
    const opening: ReaderEvent = {
      type: 'start',
      metadata,
      tracks,
      previousFragmentNumber: previous,
      resumed: false,
    };
    previous = fragmentNumber;
    const fragment: Step[] = [
      { atMs: blocks[0]!.atMs, status: 'behind', events: [opening] },
      ...blocks,
      { atMs: blocks.at(-1)!.atMs, status, events: [{ type: 'complete', metadata }] },
    ];
    if (options.wholeFragments !== true) steps.push(...fragment);
    else {
      const events = fragment.flatMap((step) => step.events);
      steps.push({ atMs: fragment.at(-1)!.atMs, status, events });
    }
  }
  return steps;
}

/** Two voices as the two tracks of one stream; of each pair of fragments one is made. */
export function twoTracks(left: Step[], right: Step[]): Step[] {
  const rightEvents = new Map<number, ReaderEvent[]>();
  for (const { atMs, events } of right) {
    const blocks = events.filter(({ type }) => type === 'block');
    rightEvents.set(atMs, [...(rightEvents.get(atMs) ?? []), ...blocks]);
  }
  const tracks = new Map([
    [TRACK.number, TRACK],
    [AGENT_TRACK.number, AGENT_TRACK],
  ]);
  return left.map((step) => ({
    ...step,
    events: step.events.flatMap((event): ReaderEvent[] => {
      if (event.type === 'start') return [{ ...event, tracks }];
      if (event.type !== 'block') return [event];
      const others = rightEvents.get(step.atMs) ?? [];
      rightEvents.delete(step.atMs);
      return [event, ...others];
    }),
  }));
}

export function ended(atMs: number, reason: 'another-call' | 'stream-deleted'): Step {
  return { atMs, events: [{ type: 'ended', reason }] };
}

/** A reader that does at each moment what its steps say, and ticks in between. */
class SteppedReader implements AsyncIterable<ReaderBatch>, AsyncIterator<ReaderBatch> {
  isClosed = false;
  #status: ReaderStatus = 'connecting';
  #lastAudioMs: number;
  #next = 0;
  readonly #beganMs: number;

  constructor(
    private readonly clock: VirtualClock,
    private readonly steps: readonly Step[],
  ) {
    this.#beganMs = this.#lastAudioMs = clock.monotonicMs();
  }

  [Symbol.asyncIterator](): AsyncIterator<ReaderBatch> {
    return this;
  }

  async next(): Promise<IteratorResult<ReaderBatch>> {
    const step = this.steps[this.#next];
    const nowMs = this.clock.monotonicMs() - this.#beganMs;
    const dueMs = Math.max(0, (step?.atMs ?? Infinity) - nowMs);
    await this.clock.sleep(Math.min(dueMs, TICK_MS));
    if (step === undefined || dueMs > TICK_MS) return { done: false, value: this.#batch([]) };
    this.#next += 1;
    this.#status = step.status ?? this.#status;
    if (step.events.some(({ type }) => type === 'block')) {
      this.#lastAudioMs = this.clock.monotonicMs();
    }
    return { done: false, value: this.#batch(step.events) };
  }

  return(): Promise<IteratorResult<ReaderBatch>> {
    this.isClosed = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  #batch(events: readonly ReaderEvent[]): ReaderBatch {
    return { status: this.#status, idleMs: this.clock.monotonicMs() - this.#lastAudioMs, events };
  }
}

export interface StreamOfCall {
  readonly legs: readonly { readonly leg: Leg; readonly resume?: ResumePoint }[];
  readonly steps: readonly Step[];
}

/** All that the timeline gives of these streams. */
export async function place(
  streams: readonly StreamOfCall[],
  options: Partial<Omit<TimelineOptions, 'sources'>> = {},
): Promise<Placed> {
  const clock = new VirtualClock();
  const placed = new Placed(clock.monotonicMs());
  const readers = streams.map(({ steps }) => new SteppedReader(clock, steps));
  const work = async () => {
    const items = placeAudio({
      sources: streams.map(({ legs }, index) => ({ legs, batches: readers[index]! })),
      channels: streams.flatMap(({ legs }) => legs.map(({ leg }) => leg.channel)),
      fromSample: 0,
      gapsTo: {},
      control: { endTimeMs: null },
      chunkMs: 200,
      pauseMs: 10_000,
      holdMs: 30_000,
      idleLimitMs: 60_000,
      maxDurationMs: 86_400_000,
      ...options,
    });
    for await (const batch of items) placed.add(batch, clock.monotonicMs());
  };
  try {
    await clock.drive(work(), 200_000_000);
  } finally {
    placed.closed = readers.every(({ isClosed }) => isClosed);
  }
  return placed;
}

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
