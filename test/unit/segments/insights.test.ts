import type { Item } from '@aws-sdk/client-transcribe-streaming';

import { CategoryMemory } from '../../../functions/worker/segments/category-memory';
import { fromResult } from '../../../functions/worker/segments/from-result';
import { categoriesOf, segmentOf } from '../../../functions/worker/segments/to-segment';
import type { SessionResult } from '../../../functions/worker/transcribe/session-result';
import { transcriptSegmentSchema } from '../../../shared/events';

const RATE_HZ = 8000;
const TIMELINE = { startTimeMs: 1_700_000_000_000, sampleRateHz: RATE_HZ };

function word(Content: string, StartTime: number, more: Partial<Item> = {}): Item {
  return { Content, StartTime, EndTime: StartTime + 0.4, Type: 'pronunciation', ...more };
}

function mark(Content: string, at: number, more: Partial<Item> = {}): Item {
  return { Content, StartTime: at, EndTime: at, Type: 'punctuation', ...more };
}

/** `anna` at 1 s, `called` at 2 s, `late` at 3 s, `again` at 4 s, with everything about them. */
const RICH: SessionResult = {
  ResultId: 'r-1',
  StartTime: 1,
  EndTime: 4.4,
  IsPartial: false,
  LanguageCode: 'en-GB',
  LanguageIdentification: [
    { LanguageCode: 'en-GB', Score: 0.9 },
    { LanguageCode: 'de-DE', Score: 0.1 },
  ],
  Alternatives: [
    {
      Transcript: 'Anna, called late again.',
      Items: [
        word('Anna', 1, { Speaker: '0', Stable: true, Confidence: 0.5 }),
        mark(',', 1.4, { Confidence: 0 }),
        word('called', 2, { Speaker: '0', VocabularyFilterMatch: false }),
        word('late', 3, { Speaker: '1', VocabularyFilterMatch: true }),
        word('again', 4, { Stable: false }),
        mark('.', 4.4),
      ],
      Entities: [
        {
          StartTime: 1,
          EndTime: 1.4,
          Category: 'PII',
          Type: 'NAME',
          Content: 'Anna',
          Confidence: 1,
        },
        { StartTime: 4, EndTime: 4.4, Category: 'PII', Type: 'DATE_TIME', Content: 'again' },
      ],
    },
    {
      Transcript: 'Hannah called late',
      Items: [word('Hannah', 1), word('called', 2), word('late', 3)],
      Entities: [{ StartTime: 1, EndTime: 1.4, Type: 'NAME', Content: 'Hannah' }],
    },
    { Transcript: 'Anna', Items: [word('Anna', 1)] },
  ],
  ParticipantRole: 'CUSTOMER',
  Sentiment: 'NEGATIVE',
  IssuesDetected: [
    { CharacterOffsets: { Begin: 0, End: 4 } },
    { CharacterOffsets: { Begin: 6, End: 17 } },
    { CharacterOffsets: { Begin: 18, End: 23 } },
  ],
};

interface Where {
  readonly startSample?: number;
  readonly ownsTo?: number;
  readonly known?: number;
}

function read(
  result: SessionResult,
  { startSample = 0, ownsTo = Infinity, known = 0 }: Where = {},
) {
  const place = { ordinal: 3, startSample, ownsTo };
  return segmentOf(
    fromResult(result, place, RATE_HZ, () => known),
    'caller',
    place,
    TIMELINE,
  );
}

const texts = (items: readonly { readonly text?: string }[] | undefined) =>
  items?.map(({ text }) => text);

describe('a segment', () => {
  it('has everything that the service returned, on the timeline in milliseconds', () => {
    const segment = read(RICH, { startSample: 80_000 });

    expect(segment).toEqual({
      channel: 'caller',
      startMs: 11_000,
      endMs: 14_400,
      startTime: '2023-11-14T22:13:31.000Z',
      text: 'Anna, called late again.',
      words: [
        {
          text: 'Anna',
          startMs: 11_000,
          endMs: 11_400,
          confidence: 0.5,
          speaker: '0',
          stable: true,
        },
        { text: 'called', startMs: 12_000, endMs: 12_400, speaker: '0' },
        {
          text: 'late',
          startMs: 13_000,
          endMs: 13_400,
          speaker: '1',
          vocabularyFilterMatch: true,
        },
        { text: 'again', startMs: 14_000, endMs: 14_400, stable: false },
      ],
      punctuation: [
        { text: ',', afterWord: 0, confidence: 0 },
        { text: '.', afterWord: 3 },
      ],
      entities: [
        {
          startMs: 11_000,
          endMs: 11_400,
          text: 'Anna',
          category: 'PII',
          type: 'NAME',
          confidence: 1,
        },
        { startMs: 14_000, endMs: 14_400, text: 'again', category: 'PII', type: 'DATE_TIME' },
      ],
      resultId: 'r-1',
      sessionOrdinal: 3,
      languageCode: 'en-GB',
      languageScores: [
        { languageCode: 'en-GB', score: 0.9 },
        { languageCode: 'de-DE', score: 0.1 },
      ],
      alternatives: [
        {
          text: 'Hannah called late',
          words: [
            { text: 'Hannah', startMs: 11_000, endMs: 11_400 },
            { text: 'called', startMs: 12_000, endMs: 12_400 },
            { text: 'late', startMs: 13_000, endMs: 13_400 },
          ],
          entities: [{ startMs: 11_000, endMs: 11_400, text: 'Hannah', type: 'NAME' }],
        },
        { text: 'Anna', words: [{ text: 'Anna', startMs: 11_000, endMs: 11_400 }] },
      ],
      participantRole: 'CUSTOMER',
      sentiment: 'NEGATIVE',
      issues: [
        { begin: 0, end: 4 },
        { begin: 6, end: 17 },
        { begin: 18, end: 23 },
      ],
    });
    expect(transcriptSegmentSchema.parse(segment)).toEqual(segment);
  });

  it('leaves out with words that are in the log already all that is about them', () => {
    const segment = read(RICH, { known: 1.5 * RATE_HZ });

    expect(segment.text).toBe('called late again.');
    expect(segment.punctuation).toEqual([{ text: '.', afterWord: 2 }]);
    expect(texts(segment.entities)).toEqual(['again']);
    expect(segment.alternatives).toEqual([
      { text: 'called late', words: [expect.anything(), expect.anything()] },
    ]);
    expect(segment.issues?.map(({ begin, end }) => segment.text.slice(begin, end))).toEqual([
      'called late',
      'again',
    ]);
  });

  it("leaves out what is the next session's, and what is left of an issue stays", () => {
    const segment = read(RICH, { ownsTo: 2.9 * RATE_HZ });

    expect(segment.text).toBe('Anna, called');
    expect(texts(segment.entities)).toEqual(['Anna']);
    expect(texts(segment.alternatives)).toEqual(['Hannah called', 'Anna']);
    expect(segment.issues?.map(({ begin, end }) => segment.text.slice(begin, end))).toEqual([
      'Anna',
      'called',
    ]);
  });

  it('names no issues in a text that had to be put together anew', () => {
    const [first = {}] = RICH.Alternatives ?? [];
    const unlike = { ...RICH, Alternatives: [{ ...first, Transcript: 'nothing of the kind' }] };

    const segment = read(unlike, { known: 1.5 * RATE_HZ });

    expect(segment.text).toBe('called late again.');
    expect(segment).not.toHaveProperty('issues');
  });

  it('keeps an entity without times as long as all of the text is kept', () => {
    const timeless: SessionResult = {
      ...RICH,
      Alternatives: [{ ...RICH.Alternatives?.[0], Entities: [{ Type: 'NAME' }] }],
    };

    expect(read(timeless).entities).toMatchObject([{ type: 'NAME', startMs: 1000 }]);
    expect(read(timeless, { known: 1.5 * RATE_HZ })).not.toHaveProperty('entities');
  });

  it('has no member for what the service left empty or null', () => {
    const poor = JSON.parse(
      JSON.stringify({
        ...RICH,
        Alternatives: [{ Transcript: 'hm', Items: [word('hm', 1)], Entities: null }],
        LanguageCode: null,
        LanguageIdentification: null,
        ParticipantRole: null,
        Sentiment: null,
        IssuesDetected: null,
      }),
    ) as SessionResult;

    expect(Object.keys(read(poor)).sort()).toEqual(
      [
        'channel',
        'endMs',
        'resultId',
        'sessionOrdinal',
        'startMs',
        'startTime',
        'text',
        'words',
      ].sort(),
    );
  });
});

describe('categories', () => {
  const event = (...names: string[]): SessionResult => ({
    Categories: {
      MatchedCategories: names,
      MatchedDetails: {
        late: { TimestampRanges: [{ BeginOffsetMillis: 500, EndOffsetMillis: 900 }] },
      },
    },
  });
  const place = { ordinal: 2, startSample: 16_000, ownsTo: Infinity };

  it('lie on the timeline, where the service says', () => {
    expect(categoriesOf(event('late', 'rude'), place, TIMELINE)).toEqual([
      { name: 'late', ranges: [{ startMs: 2500, endMs: 2900 }], sessionOrdinal: 2 },
      { name: 'rude', ranges: [], sessionOrdinal: 2 },
    ]);
  });

  it('are told once, also when a second session hears the same', () => {
    const memory = new CategoryMemory();
    const first = categoriesOf(event('late'), place, TIMELINE);
    const again = categoriesOf(
      event('late'),
      { ...place, ordinal: 3, startSample: 16_300 },
      TIMELINE,
    );
    const later = categoriesOf(event('late'), { ...place, startSample: 80_000 }, TIMELINE);

    expect(memory.news(first)).toEqual(first);
    expect(memory.news(again)).toEqual([]);
    expect(memory.news([...later, ...again])).toEqual(later);
  });
});
