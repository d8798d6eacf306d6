import type { AudioTrack } from '../../../functions/worker/fragments/fragment';
import type { ReaderEvent, ReaderStatus } from '../../../functions/worker/fragments/reader-batch';
import type { Leg } from '../../../shared/call';
import { numberOf } from '../../support/mkv-builder';

/** Producer time 0 of all tests, epoch milliseconds. */
export const START_MS = 1_700_000_000_000;
export const RATE_HZ = 8_000;

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

/** A place to read on from, in the first fragment, up to which all audio came. */
export const resumePoint = (sample: number) => ({
  fragmentNumber: numberOf(1),
  previousFragmentNumber: null,
  producerTimestampMs: START_MS,
  sample,
  anchorMs: START_MS,
  received: sample,
});

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

/** What the caller says, on the first track. */
export const left = (fromMs: number, toMs: number) => voice({ seed: 1, fromMs, toMs });

/** What the agent says, on the second track. */
export const right = (fromMs: number, toMs: number, more: Partial<VoiceOptions> = {}) =>
  voice({ seed: 2, fromMs, toMs, track: AGENT_TRACK, ...more });
