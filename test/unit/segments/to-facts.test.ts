import { Marks } from '../../../functions/worker/segments/marks';
import { toFacts, type CallUpdate } from '../../../functions/worker/segments/to-facts';
import type { TranscribeItem } from '../../../functions/worker/transcribe/transcribe-item';

const START_MS = 1_700_000_000_000;

interface Setup {
  readonly partials?: boolean;
  readonly channels?: ('caller' | 'agent')[];
}

async function convert(items: readonly TranscribeItem[], setup: Setup = {}) {
  const channels = setup.channels ?? ['caller', 'agent'];
  const marks = new Marks({ marks: channels.map(() => 0), silencePeak: 33 });
  const timeline = { startTimeMs: START_MS, sampleRateHz: 8_000 };
  const updates: CallUpdate[] = [];
  const marksAt: (readonly number[])[] = [];
  const converted = toFacts(inOrder(items), {
    channels,
    marks,
    partials: setup.partials ?? false,
    timeline,
  });
  for await (const batch of converted) {
    for (const update of batch) {
      updates.push(update);
      marksAt.push(marks.all);
    }
  }
  return { updates, marksAt, marks };
}

async function* inOrder(items: readonly TranscribeItem[]): AsyncGenerator<TranscribeItem[]> {
  await Promise.resolve();
  for (const item of items) yield [item];
}

interface Said {
  readonly channel?: string;
  readonly partial?: boolean;
  readonly ownsTo?: number;
}

/** Results of a session that begins at sample 8000 (1 s), each with one word of 100 ms. */
function results(words: readonly [string, number][], said: Said = {}): TranscribeItem {
  return {
    type: 'results',
    place: { ordinal: 2, startSample: 8_000, ownsTo: said.ownsTo ?? Infinity },
    results: words.map(([text, seconds]) => ({
      ResultId: `r-${text}`,
      ChannelId: said.channel,
      IsPartial: said.partial ?? false,
      StartTime: seconds,
      EndTime: seconds + 0.2,
      Alternatives: [
        {
          Transcript: text,
          Items: [{ Content: text, StartTime: seconds, EndTime: seconds + 0.1, Confidence: 1 }],
        },
      ],
    })),
  };
}

describe('toFacts', () => {
  it('makes a segment of a final, in milliseconds of the timeline', async () => {
    const { updates } = await convert([results([['5', 0.25]], { channel: 'ch_1' })]);

    expect(updates).toEqual([
      {
        type: 'segment',
        segment: {
          channel: 'agent',
          startMs: 1_250,
          endMs: 1_350,
          startTime: new Date(START_MS + 1_250).toISOString(),
          text: '5',
          words: [{ text: '5', startMs: 1_250, endMs: 1_350, confidence: 1 }],
          resultId: 'r-5',
          sessionOrdinal: 2,
        },
      },
    ]);
  });

  it('moves the mark with each segment, not before it', async () => {
    const { marksAt } = await convert([
      results([
        ['a', 0],
        ['b', 1],
      ]),
    ]);

    expect(marksAt).toEqual([
      [8_800, 0],
      [16_800, 0],
    ]);
  });

  it('drops a word that is in the log already', async () => {
    const { updates } = await convert([results([['a', 0]]), results([['a', 0.02]])]);

    expect(updates).toHaveLength(1);
  });

  it('writes no segment where nothing was said, and counts it as decided', async () => {
    const { updates, marks } = await convert([results([['a', 0]], { ownsTo: 8_000 })]);

    expect(updates).toEqual([]);
    expect(marks.all).toEqual([0, 0]);
  });

  it('keeps a text that came without words', async () => {
    const item: TranscribeItem = {
      type: 'results',
      place: { ordinal: 1, startSample: 0, ownsTo: Infinity },
      results: [{ StartTime: 1, EndTime: 2, Alternatives: [{ Transcript: 'hello' }] }],
    };

    const { updates, marks } = await convert([item]);

    expect(updates[0]).toMatchObject({
      segment: { text: 'hello', words: [], startMs: 1_000, endMs: 2_000 },
    });
    expect(marks.all).toEqual([16_000, 0]);
  });

  it('leaves partials out unless they are wanted, and moves no mark for them', async () => {
    const item = results([['a', 0]], { partial: true });

    const without = await convert([item]);
    const wanted = await convert([item], { partials: true });

    expect(without.updates).toEqual([]);
    expect(wanted.updates).toMatchObject([{ type: 'partial', partial: { text: 'a' } }]);
    expect(wanted.updates[0]).not.toHaveProperty('partial.words');
    expect(wanted.marks.all).toEqual([0, 0]);
  });

  it('ignores results of a channel that the call does not have', async () => {
    const { updates } = await convert([results([['a', 0]], { channel: 'ch_1' })], {
      channels: ['caller'],
    });

    expect(updates).toEqual([]);
  });

  it('gives a gap its place in milliseconds and in samples', async () => {
    const { updates } = await convert([
      { type: 'gap', channel: 'agent', fromSample: 804, toSample: 1_603, reason: 'hole' },
    ]);

    expect(updates).toEqual([
      {
        type: 'gap',
        toSample: 1_603,
        gap: {
          channel: 'agent',
          startMs: 101,
          endMs: 200,
          startTime: new Date(START_MS + 101).toISOString(),
          reason: 'hole',
        },
      },
    ]);
  });

  it('reports progress when an interval is done, its marks moved before', async () => {
    const { updates, marksAt } = await convert([{ type: 'interval-done', toSample: 4_000 }]);

    expect(updates).toEqual([{ type: 'progress' }]);
    expect(marksAt).toEqual([[4_000, 4_000]]);
  });

  it('passes on what is not its own', async () => {
    const items: TranscribeItem[] = [
      { type: 'leg', channel: 'caller', sample: 0 },
      { type: 'notice', channel: 'caller', message: 'odd' },
      { type: 'suspended', fromSample: 0, toSample: 100 },
      { type: 'end', reason: 'ended', sample: 100, received: { caller: 100 } },
    ];

    const { updates } = await convert(items);

    expect(updates).toEqual(items);
  });
});
