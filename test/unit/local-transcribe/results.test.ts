import { decodeHeaders, decodeMessage } from '../../../local/transcribe/event-stream';
import type { SessionSettings } from '../../../local/transcribe/request-headers';
import { encodeException, ResultWriter } from '../../../local/transcribe/results';
import { withDefaults } from '../../../local/transcribe/lexicon';
import { badRequest } from '../../../local/transcribe/service-exception';
import { Shaper } from '../../../local/transcribe/shaping/shaper';
import { recognition, sessionSettings } from './recognitions';

function resultsOf(message: Buffer) {
  const { payload } = decodeMessage(message);
  return JSON.parse(payload.toString()).Transcript.Results;
}

let ids = 0;
function writer(changed: Partial<SessionSettings> = {}, channelId?: string) {
  const settings = sessionSettings(changed);
  const shaper = new Shaper(settings, withDefaults());
  return new ResultWriter(settings, channelId, shaper, () => `id-${++ids}`);
}

describe('ResultWriter', () => {
  it('gives times in seconds from the session’s first sample', () => {
    const [result] = resultsOf(writer({}, 'ch_1').encode(recognition('final', ['good', 'day'])));

    expect(result).toMatchObject({
      ChannelId: 'ch_1',
      IsPartial: false,
      StartTime: 1,
      EndTime: 2,
      LanguageCode: 'en-US',
    });
    expect(result.Alternatives).toHaveLength(1);
    expect(result.Alternatives[0].Transcript).toBe('good day');
    expect(result.Alternatives[0].Items).toEqual([
      {
        Content: 'good',
        StartTime: 1,
        EndTime: 1.5,
        Type: 'pronunciation',
        Confidence: 0.9,
        VocabularyFilterMatch: false,
      },
      {
        Content: 'day',
        StartTime: 1.5,
        EndTime: 2,
        Type: 'pronunciation',
        Confidence: 0.9,
        VocabularyFilterMatch: false,
      },
    ]);
  });

  it('keeps the ResultId from the partials to the final and changes it then', () => {
    const results = writer();
    const idOf = (...args: Parameters<typeof recognition>) =>
      resultsOf(results.encode(recognition(...args)))[0].ResultId;

    const partialId = idOf('partial', ['a'], 1);

    expect(idOf('partial', ['a', 'b'], 1)).toBe(partialId);
    expect(idOf('final', ['a', 'b'], 1)).toBe(partialId);
    expect(idOf('partial', ['c'], 2)).not.toBe(partialId);
  });

  it('marks what may still change when stabilization is on', () => {
    const stable = (kind: 'partial' | 'final') =>
      resultsOf(
        writer({ unstableWords: 2 }).encode(recognition(kind, ['a', 'b', 'c', 'd'])),
      )[0].Alternatives[0].Items.map(({ Stable }: { Stable?: boolean }) => Stable);

    expect(stable('partial')).toEqual([true, true, false, false]);
    expect(stable('final')).toEqual([true, true, true, true]);
  });

  it('gives punctuation as items of its own, without a space before them', () => {
    const [result] = resultsOf(writer().encode(recognition('final', ['yes', ',', 'please', '.'])));

    const [{ Transcript, Items }] = result.Alternatives;
    expect(Transcript).toBe('yes, please.');
    expect(Items.map(({ Type }: { Type: string }) => Type)).toEqual([
      'pronunciation',
      'punctuation',
      'pronunciation',
      'punctuation',
    ]);
    expect(Items[1].Confidence).toBeUndefined();
  });

  it('says which language was identified', () => {
    const [result] = resultsOf(
      writer({ languageOptions: ['en-US', 'de-DE'] }).encode(recognition('final', ['a'])),
    );

    expect(result.LanguageCode).toBe('en-US');
    expect(result.LanguageIdentification).toEqual([
      { LanguageCode: 'en-US', Score: 0.9 },
      { LanguageCode: 'de-DE', Score: 0.1 },
    ]);
  });
});

describe('encodeException', () => {
  it('names its type in :exception-type and has no :event-type', () => {
    const { headers, payload } = decodeMessage(encodeException(badRequest('why')));

    expect(Object.fromEntries(decodeHeaders(headers))).toMatchObject({
      ':message-type': { value: 'exception' },
      ':exception-type': { value: 'BadRequestException' },
    });
    expect(decodeHeaders(headers).has(':event-type')).toBe(false);
    expect(JSON.parse(payload.toString())).toEqual({ Message: 'why' });
  });
});
