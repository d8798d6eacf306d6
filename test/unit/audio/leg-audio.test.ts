import type { AudioItem } from '../../../functions/worker/audio/audio-item';
import { ChunkGrid } from '../../../functions/worker/audio/chunk-grid';
import { LegAudio, type LegAudioOptions } from '../../../functions/worker/audio/leg-audio';
import type { ReaderEvent } from '../../../functions/worker/fragments/reader-batch';
import { numberOf } from '../../support/mkv-builder';
import { CALLER, RATE_HZ, START_MS, TRACK, resumePoint } from './voice';

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
    limitSample: Infinity,
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
    const leg = legOf({ resume: { ...resumePoint(8_000), fragmentNumber: numberOf(5) } });
    leg.start(START);

    leg.block(block(0, 160), out);

    expect([leg.clock.next, out]).toEqual([8_000, []]);
  });

  it('does not call audio late that was delivered before the resumption', () => {
    const out: AudioItem[] = [];
    const grid = new ChunkGrid(1, 1_600, 8_000);
    const leg = legOf({ grid, resume: resumePoint(0), gapsFrom: 8_000 });
    leg.start(START);
    leg.fillSilence(8_800);

    for (let ms = 0; ms < 1_200; ms += 20) leg.block(block(ms, 160), out);

    expect(out.filter(({ type }) => type === 'gap')).toEqual([
      { type: 'gap', channel: 'caller', fromSample: 8_000, toSample: 8_800, reason: 'late' },
    ]);
    expect(leg.received).toBe(9_600 - 800);
  });

  it('tells of nothing beyond the longest duration', () => {
    const out: AudioItem[] = [];
    const leg = legOf({ limitSample: 8_000 });
    leg.start(START);
    leg.fillSilence(9_600);

    leg.block(block(500, 160), out);

    expect(out.filter(({ type }) => type === 'gap')).toEqual([
      { type: 'gap', channel: 'caller', fromSample: 4_000, toSample: 8_000, reason: 'late' },
    ]);
  });

  describe('of which another worker gave silence in place of audio', () => {
    const gaps = (out: readonly AudioItem[]) => out.filter(({ type }) => type === 'gap');
    const told = (out: readonly AudioItem[]) =>
      out.flatMap((item) => (item.type === 'unheard' ? [item.fromSample] : []));
    /** Resumed at 8,000 and read again from 0 on, with 20 ms at a time. */
    const resumed = (options: Partial<LegAudioOptions>) => {
      const leg = legOf({
        grid: new ChunkGrid(1, 1_600, 8_000),
        resume: resumePoint(0),
        ...options,
      });
      leg.start(START);
      return leg;
    };
    const read = (leg: LegAudio, fromMs: number, toMs: number) => {
      const out: AudioItem[] = [];
      for (let ms = fromMs; ms < toMs; ms += 20) leg.block(block(ms, 160), out);
      leg.tellUnheard(out);
      return out;
    };

    it('calls what comes for that place late, and nothing of what was heard', () => {
      const leg = resumed({ gapsFrom: 4_040, unheard: { fromSample: 4_040, toSample: 9_650 } });

      const before = read(leg, 0, 500);
      const out = read(leg, 500, 1_400);

      expect(before).toEqual([expect.objectContaining({ type: 'resume-point' })]);
      expect(gaps(out)).toEqual([
        { type: 'gap', channel: 'caller', fromSample: 4_040, toSample: 9_650, reason: 'late' },
      ]);
      expect(told(out)).toEqual([undefined]);
      expect(leg.received).toBe(11_200 - (9_650 - 4_040));
    });

    it('goes on being silence while nothing comes, also where little of it is given again', () => {
      const leg = resumed({ gapsFrom: 4_000, unheard: { fromSample: 4_000, toSample: 9_600 } });
      const before: AudioItem[] = [];
      leg.fillSilence(8_800);
      leg.tellUnheard(before);

      const out = read(leg, 0, 1_400);

      expect(before).toEqual([]);
      expect(gaps(out)).toMatchObject([{ fromSample: 4_000, toSample: 9_600 }]);
    });

    it('does not tell again of a gap that is told', () => {
      const leg = resumed({ gapsFrom: 9_600, unheard: { fromSample: 4_000, toSample: 9_600 } });

      expect(gaps(read(leg, 0, 1_400))).toEqual([]);
      expect(leg.received).toBe(11_200 - 5_600);
    });

    it('is heard where the mark lies before that silence, and says so', () => {
      const leg = resumed({ gapsFrom: 8_800, unheard: { fromSample: 9_600, toSample: 8_800 } });
      const before: AudioItem[] = [];
      leg.tellUnheard(before);

      const out = read(leg, 0, 1_400);

      expect([told(before), told(out), gaps(out)]).toEqual([[undefined], [], []]);
    });

    it('is silence again only from where the other worker has heard it to', () => {
      const leg = resumed({ gapsFrom: 8_800 });
      const out: AudioItem[] = [];
      leg.fillSilence(9_600);
      leg.tellUnheard(out);
      leg.fillSilence(9_760);
      leg.tellUnheard(out);

      expect(told(out)).toEqual([8_800]);
      expect(gaps(read(leg, 0, 1_400))).toMatchObject([{ fromSample: 8_800, toSample: 9_760 }]);
    });
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
