import { Marks } from '../../../functions/worker/segments/marks';
import { toFacts, type CallUpdate } from '../../../functions/worker/segments/to-facts';
import type { TranscribeItem } from '../../../functions/worker/transcribe/transcribe-item';

const RATE_HZ = 8_000;
const PER_MS = RATE_HZ / 1000;
const LENGTH_MS = 4_000;

type Stretches = readonly (readonly [fromMs: number, toMs: number])[];

/** Marks of a call whose channels have sound in these stretches. */
function marksOf(...channels: readonly Stretches[]): Marks {
  const samples = new Int16Array(LENGTH_MS * PER_MS * channels.length);
  channels.forEach((stretches, channel) => {
    for (const [fromMs, toMs] of stretches) {
      for (let at = fromMs * PER_MS; at < toMs * PER_MS; at++) {
        samples[at * channels.length + channel] = 1_000;
      }
    }
  });
  const marks = new Marks({ marks: channels.map(() => 0), silencePeak: 33 });
  marks.sampleRateHz = RATE_HZ;
  marks.audio({
    startSample: 0,
    sampleCount: LENGTH_MS * PER_MS,
    bytes: new Uint8Array(samples.buffer),
    peaks: channels.map(() => 1_000),
  });
  return marks;
}

const inMs = (marks: Marks, toMs = LENGTH_MS) =>
  marks
    .unanswered(toMs * PER_MS)
    .map(({ channel, fromSample, toSample }) => [channel, fromSample / PER_MS, toSample / PER_MS]);

describe('Marks.unanswered', () => {
  it('gives sound that no final has decided on, per channel', () => {
    const marks = marksOf([[200, 400]], [[1_000, 1_300]]);

    expect(inMs(marks)).toEqual([
      [0, 200, 400],
      [1, 1_000, 1_300],
    ]);
  });

  it('makes one of stretches that are less than half a second apart', () => {
    const marks = marksOf([
      [200, 400],
      [880, 1_000],
      [1_500, 1_700],
    ]);

    expect(inMs(marks)).toEqual([
      [0, 200, 1_000],
      [0, 1_500, 1_700],
    ]);
  });

  it('leaves out what a final has decided on', () => {
    const marks = marksOf([[200, 1_200]]);
    marks.final(0, 700 * PER_MS, 600 * PER_MS);

    expect(inMs(marks)).toEqual([[0, 700, 1_200]]);
  });

  it('leaves out what lies behind the position', () => {
    expect(inMs(marksOf([[200, 1_200]]), 800)).toEqual([[0, 200, 800]]);
  });

  it('leaves out a click, also two that are far apart', () => {
    const clicks: Stretches = [
      [200, 240],
      [2_000, 2_040],
    ];

    expect(inMs(marksOf(clicks))).toEqual([]);
  });

  it('counts the sound of a stretch, not the quiet in it', () => {
    const clicks: Stretches = [
      [200, 240],
      [520, 560],
    ];

    expect(inMs(marksOf(clicks))).toEqual([[0, 200, 560]]);
  });
});

async function convert(marks: Marks, items: readonly TranscribeItem[]) {
  const seen: [CallUpdate, readonly number[]][] = [];
  const updates = toFacts(inOrder(items), {
    channels: ['caller', 'agent'],
    marks,
    partials: false,
    timeline: { startTimeMs: 0, sampleRateHz: RATE_HZ },
  });
  for await (const batch of updates) {
    for (const update of batch) seen.push([update, marks.all.map((mark) => mark / PER_MS)]);
  }
  return seen;
}

async function* inOrder(
  items: readonly TranscribeItem[],
): AsyncGenerator<readonly TranscribeItem[]> {
  await Promise.resolve();
  yield items;
}

describe('toFacts', () => {
  it.each([
    ['passed over', { type: 'interval', fromSample: 3_000 * PER_MS } as const],
    ['heard to its end', { type: 'interval-done', toSample: 3_000 * PER_MS } as const],
  ])('tells of sound without an answer that is %s, and moves the mark with it', async (_, item) => {
    const marks = marksOf([[200, 400]], [[1_000, 1_300]]);

    const seen = await convert(marks, [item]);

    const gap = { type: 'gap', gap: { reason: 'unanswered' } };
    expect(seen.slice(0, 2)).toMatchObject([
      [{ ...gap, gap: { channel: 'caller', startMs: 200, endMs: 400 }, toSample: 3_200 }, [400, 0]],
      [{ ...gap, gap: { channel: 'agent', startMs: 1_000, endMs: 1_300 } }, [400, 1_300]],
    ]);
    expect(marks.all).toEqual([3_000 * PER_MS, 3_000 * PER_MS]);
  });

  it('tells of nothing twice', async () => {
    const marks = marksOf([[200, 400]], []);
    const item = { type: 'interval', fromSample: 3_000 * PER_MS } as const;

    const seen = await convert(marks, [item, item, { ...item, fromSample: 4_000 * PER_MS }]);

    expect(seen).toHaveLength(1);
  });

  it('ends no call before what was heard of it', async () => {
    const marks = new Marks({ marks: [8_000, 16_000], silencePeak: 33 });
    const end = { type: 'end', reason: 'stream-deleted', received: {} } as const;

    const seen = await convert(marks, [{ ...end, sample: 0 }]);

    expect(seen[0]?.[0]).toMatchObject({ type: 'end', sample: 16_000 });
  });
});
