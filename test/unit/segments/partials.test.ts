import { Marks } from '../../../functions/worker/segments/marks';
import { toFacts, type CallUpdate } from '../../../functions/worker/segments/to-facts';
import type { SessionResult } from '../../../functions/worker/transcribe/session-result';
import type { TranscribeItem } from '../../../functions/worker/transcribe/transcribe-item';

function partial(stable: boolean | undefined): SessionResult {
  return {
    ResultId: 'r-1',
    IsPartial: true,
    StartTime: 0,
    EndTime: 1,
    LanguageCode: 'en-GB',
    Alternatives: [
      {
        Transcript: 'well.',
        Items: [
          { Content: 'well', StartTime: 0, EndTime: 1, Stable: stable },
          { Content: '.', StartTime: 1, EndTime: 1, Type: 'punctuation' },
        ],
      },
    ],
  };
}

async function updatesOf(results: readonly SessionResult[], partials = true) {
  async function* items(): AsyncGenerator<TranscribeItem[]> {
    await Promise.resolve();
    yield [{ type: 'results', place: { ordinal: 1, startSample: 0, ownsTo: Infinity }, results }];
  }
  const updates: CallUpdate[] = [];
  const marks = new Marks({ marks: [0], silencePeak: 33 });
  const timeline = { startTimeMs: 0, sampleRateHz: 8000 };
  const facts = toFacts(items(), { channels: ['caller'], marks, partials, timeline });
  for await (const batch of facts) updates.push(...batch);
  return updates;
}

describe('a partial', () => {
  it('says how stable its words are, where the service does', async () => {
    const [update] = await updatesOf([partial(true)]);

    expect(update).toMatchObject({
      type: 'partial',
      partial: {
        text: 'well.',
        languageCode: 'en-GB',
        words: [{ text: 'well', stable: true }],
        punctuation: [{ text: '.', afterWord: 0 }],
      },
    });
  });

  it('is without words where nobody says which of them will stay', async () => {
    const [update] = await updatesOf([partial(undefined)]);

    expect(update).toMatchObject({ partial: { text: 'well.' } });
    expect(update).not.toHaveProperty('partial.words');
    expect(update).not.toHaveProperty('partial.punctuation');
  });

  it('is nothing where none are wanted', async () => {
    expect(await updatesOf([partial(true)], false)).toEqual([]);
  });
});

it('tells of a category once, and moves no mark by it', async () => {
  const match = { Categories: { MatchedCategories: ['late'], MatchedDetails: {} } };

  const updates = await updatesOf([match, match]);

  expect(updates).toEqual([
    { type: 'category', category: { name: 'late', ranges: [], sessionOrdinal: 1 } },
  ]);
});
