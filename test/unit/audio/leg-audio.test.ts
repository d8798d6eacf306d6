import type { AudioItem } from '../../../functions/worker/audio/audio-item';
import { ChunkGrid } from '../../../functions/worker/audio/chunk-grid';
import { LegAudio, type LegAudioOptions } from '../../../functions/worker/audio/leg-audio';
import type { ReaderEvent } from '../../../functions/worker/fragments/reader-batch';
import { numberOf } from '../../support/mkv-builder';
import { CALLER, RATE_HZ, START_MS, TRACK } from './support';

const START = {
  type: 'start',
  metadata: {
    fragmentNumber: numberOf(1),
    producerTimestampMs: START_MS,
    serverTimestampMs: 0,
  },
  tracks: new Map([[1, TRACK]]),
  previousFragmentNumber: null,
  resumed: false,
} as const satisfies ReaderEvent;

function legOf(options: Partial<LegAudioOptions> = {}): LegAudio {
  return new LegAudio({
    leg: CALLER,
    channelIndex: 0,
    grid: new ChunkGrid(1, 1_600),
    sampleRateHz: RATE_HZ,
    startTimeMs: START_MS,
    gapsFrom: 0,
    ...options,
  });
}

/** A block of `samples`, at `ms` of the call. */
function block(ms: number, samples: number, consumedBytes?: number) {
  const payload = new Uint8Array(2 * samples).fill(1);
  return {
    type: 'block',
    trackNumber: 1,
    timestampMs: START_MS + ms,
    payload,
    consumedBytes,
  } as const;
}

const point = (sample: number) => ({
  fragmentNumber: numberOf(1),
  previousFragmentNumber: null,
  producerTimestampMs: START_MS,
  sample,
  anchorMs: START_MS,
  received: sample,
});

describe('LegAudio', () => {
  it('places the rest of a block where its first part ended', () => {
    const out: AudioItem[] = [];
    const leg = legOf();
    leg.start(START);
    leg.block(block(0, 160), out);
    leg.start({ ...START, resumed: true });

    // The block of 40 ms was cut differently the second time; 20 ms of it are known.
    leg.block(block(0, 160, 320), out);

    expect(leg.clock).toMatchObject({ next: 320, anchorMs: START_MS });
    expect(out.filter(({ type }) => type === 'gap')).toEqual([]);
  });

  it('gives one place to read from per fragment, also when that is read twice', () => {
    const out: AudioItem[] = [];
    const leg = legOf();
    leg.start(START);
    leg.block(block(0, 160), out);
    leg.start({ ...START, resumed: true });

    leg.block(block(20, 160), out);

    expect(out.filter(({ type }) => type === 'resume-point')).toHaveLength(1);
  });

  it('ignores what lies before the place of resumption', () => {
    const out: AudioItem[] = [];
    const leg = legOf({ resume: { ...point(8_000), fragmentNumber: numberOf(5) } });
    leg.start(START);

    leg.block(block(0, 160), out);

    expect([leg.clock.next, out]).toEqual([8_000, []]);
  });

  it('does not call audio late that was delivered before the resumption', () => {
    const out: AudioItem[] = [];
    const grid = new ChunkGrid(1, 1_600, 8_000);
    const leg = legOf({ grid, resume: point(0), gapsFrom: 8_000 });
    leg.start(START);
    leg.fillSilence(8_800);

    for (let ms = 0; ms < 1_200; ms += 20) leg.block(block(ms, 160), out);

    expect(out.filter(({ type }) => type === 'gap')).toEqual([
      { type: 'gap', channel: 'caller', fromSample: 8_000, toSample: 8_800, reason: 'late' },
    ]);
    expect(leg.received).toBe(9_600 - 800);
  });

  it('takes the rest of a gap that was written down in milliseconds for rounding', () => {
    const out: AudioItem[] = [];
    // The hole ends at sample 1,003; the log has it up to 125 ms, which is sample 1,000.
    const leg = legOf({ gapsFrom: 1_000 });
    leg.start(START);
    leg.block(block(0, 160), out);

    leg.block(block(125.375, 160), out);

    expect(leg.clock.next).toBe(1_003 + 160);
    expect(out.filter(({ type }) => type === 'gap')).toEqual([]);
  });

  it('begins at 0 with audio from before the timeline, and loses none of it', () => {
    const out: AudioItem[] = [];
    const leg = legOf();
    leg.start(START);

    leg.block(block(-700, 160), out);
    leg.block(block(-680, 160), out);
    leg.block(block(320, 160), out);

    expect(leg.received).toBe(480);
    expect(out.filter(({ type }) => type === 'gap')).toEqual([
      // A second later by its own clock: 980 ms are missing after 40 ms of audio.
      { type: 'gap', channel: 'caller', fromSample: 320, toSample: 8_160, reason: 'hole' },
    ]);
  });
});
