import type { Item, Result } from '@aws-sdk/client-transcribe-streaming';

import { fromResult } from '../../../functions/worker/segments/from-result';

const RATE_HZ = 8000;

/** `hello` from 1.0 to 1.4 s, a comma, `world` from 1.5 to 2.0 s. */
const HELLO_WORLD: Result = {
  ResultId: 'r-1',
  ChannelId: 'ch_0',
  StartTime: 1,
  EndTime: 2,
  IsPartial: false,
  LanguageCode: 'en-US',
  Alternatives: [
    {
      Transcript: 'Hello, world.',
      Items: [word('Hello', 1, 1.4, 0.9), mark(',', 1.4), word('world', 1.5, 2), mark('.', 2)],
    },
  ],
};

function word(Content: string, StartTime: number, EndTime: number, Confidence?: number): Item {
  return { Content, StartTime, EndTime, Type: 'pronunciation', Confidence };
}

function mark(Content: string, at: number): Item {
  return { Content, StartTime: at, EndTime: at, Type: 'punctuation' };
}

interface Where {
  readonly startSample?: number;
  readonly ownsTo?: number;
  readonly known?: number;
}

function read(result: Result, { startSample = 0, ownsTo = Infinity, known = 0 }: Where = {}) {
  return fromResult(result, { ordinal: 3, startSample, ownsTo }, RATE_HZ, () => known);
}

describe('fromResult', () => {
  it('puts a result on the timeline by the first sample of its session', () => {
    const timed = read(HELLO_WORLD, { startSample: 80_000 });

    expect(timed).toEqual({
      channelIndex: 0,
      resultId: 'r-1',
      isPartial: false,
      languageCode: 'en-US',
      text: 'Hello, world.',
      startSample: 88_000,
      endSample: 96_000,
      words: [
        { text: 'Hello', startSample: 88_000, endSample: 91_200, confidence: 0.9 },
        { text: 'world', startSample: 92_000, endSample: 96_000 },
      ],
      punctuation: [
        { text: ',', afterWord: 0 },
        { text: '.', afterWord: 1 },
      ],
    });
  });

  it.each([
    ['ch_0', 0],
    ['ch_1', 1],
    [undefined, 0],
  ])('takes channel %s for the one of index %i, and asks for what is known of it', (id, index) => {
    const knownTo = jest.fn(() => 0);

    const timed = fromResult(
      { ...HELLO_WORLD, ChannelId: id },
      { ordinal: 1, startSample: 0, ownsTo: Infinity },
      RATE_HZ,
      knownTo,
    );

    expect(timed.channelIndex).toBe(index);
    expect(knownTo).toHaveBeenCalledWith(index);
  });

  // `Hello` has its midpoint at sample 9600, `world` at 14000.
  it.each([
    ['known to just before its midpoint', { known: 9_600 }, ['Hello', 'world'], 'Hello, world.'],
    ['known to just after its midpoint', { known: 9_601 }, ['world'], 'world.'],
    ['known to after the last midpoint', { known: 14_001 }, [], ''],
    ['owned to the midpoint', { ownsTo: 9_600 }, [], ''],
    ['owned to just after the midpoint', { ownsTo: 9_601 }, ['Hello'], 'Hello,'],
    ['owned to the second midpoint', { ownsTo: 14_000 }, ['Hello'], 'Hello,'],
    ['both', { known: 9_601, ownsTo: 14_000 }, [], ''],
  ])('keeps the words whose midpoint is its own: %s', (_name, where, words, text) => {
    const timed = read(HELLO_WORLD, where);

    expect(timed.words.map((each) => each.text)).toEqual(words);
    expect(timed.text).toBe(text);
  });

  it('lets no word begin before what is known, nor end before it begins', () => {
    const timed = read(HELLO_WORLD, { known: 9_000 });

    expect(timed.words[0]).toMatchObject({ startSample: 9_000, endSample: 11_200 });
    expect(timed.startSample).toBe(9_000);
  });

  it('ends where the session ends, so that nothing after it is taken for decided', () => {
    const timed = read(HELLO_WORLD, { ownsTo: 15_000 });

    expect(timed.words[1]).toMatchObject({ startSample: 12_000, endSample: 16_000 });
    expect(timed.endSample).toBe(15_000);
  });

  it('cuts a text without spaces out of the transcript as it stands there', () => {
    const items = [word('今日', 0, 0.4), word('は', 0.4, 0.6), word('晴れ', 0.6, 1), mark('。', 1)];
    const result = {
      StartTime: 0,
      EndTime: 1,
      Alternatives: [{ Transcript: '今日は晴れ。', Items: items }],
    };

    expect(read(result, { known: 3_000 }).text).toBe('は晴れ。');
  });

  it('joins the words when they are not those of the transcript', () => {
    const items = [word('one', 0, 0.4), word('two', 0.5, 0.9), mark('!', 0.9), word('six', 1, 2)];
    const result = { EndTime: 2, Alternatives: [{ Transcript: '1 2! 6', Items: items }] };

    expect(read(result, { known: 3_000 }).text).toBe('two! six');
  });

  describe('with fields missing', () => {
    it('makes nothing of nothing', () => {
      expect(read({}, { startSample: 800 })).toEqual({
        channelIndex: 0,
        resultId: '3-800',
        isPartial: false,
        text: '',
        startSample: 800,
        endSample: 800,
        words: [],
      });
    });

    it('keeps a text that comes without words when the result lies on its own side', () => {
      const result = { StartTime: 1, EndTime: 2, Alternatives: [{ Transcript: 'hello world' }] };

      expect(read(result)).toMatchObject({ text: 'hello world', words: [], endSample: 16_000 });
      expect(read(result, { known: 12_001 }).text).toBe('');
      expect(read(result, { ownsTo: 12_000 }).text).toBe('');
    });

    it('makes up the text when only words came', () => {
      const result = {
        Alternatives: [{ Items: [word('good', 0, 1), mark(',', 1), word('day', 1, 2)] }],
      };

      expect(read(result).text).toBe('good, day');
    });

    it('puts a word without times where the one before it ends', () => {
      const items: Item[] = [{ Content: 'a' }, word('b', 1.2, 1.4), { Content: 'c' }, {}];
      const result = { StartTime: 1, EndTime: 2, Alternatives: [{ Items: items }] };

      const { words } = read(result);

      expect(words.map(({ text, startSample }) => [text, startSample])).toEqual([
        ['a', 8_000],
        ['b', 9_600],
        ['c', 11_200],
        ['', 11_200],
      ]);
    });

    it('takes a word whose end lies before its start for one without length', () => {
      const result = { Alternatives: [{ Items: [word('a', 2, 1)] }] };

      expect(read(result).words[0]).toMatchObject({ startSample: 16_000, endSample: 16_000 });
    });
  });
});
