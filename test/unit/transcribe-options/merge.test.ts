import { mergeOptions } from '../../../shared/transcribe-options/merge';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';

describe('mergeOptions', () => {
  it('lets later layers win option by option', () => {
    const merged = mergeOptions(
      { language: 'en-US', vocabularyName: 'a' },
      undefined,
      { vocabularyName: 'b', transcriptFormat: 'spoken' },
      { transcriptFormat: 'written' },
    );

    expect(merged).toEqual({
      language: 'en-US',
      vocabularyName: 'b',
      transcriptFormat: 'written',
    });
  });

  it('replaces the way to the language as a whole', () => {
    const choice: TranscribeOptions = {
      identifyLanguage: true,
      languageOptions: ['en-GB', 'de-DE'],
    };

    expect(mergeOptions({ language: 'en-US' }, choice)).toEqual(choice);
    expect(mergeOptions({ ...choice, preferredLanguage: 'en-GB' }, { language: 'fr-FR' })).toEqual({
      language: 'fr-FR',
    });
  });

  it('lets a layer change what an identified language is chosen from', () => {
    const choice: TranscribeOptions = {
      identifyLanguage: true,
      languageOptions: ['en-GB', 'de-DE'],
    };

    const merged = mergeOptions(choice, { languageOptions: ['en-GB', 'fr-FR'] });

    expect(merged).toEqual({ identifyLanguage: true, languageOptions: ['en-GB', 'fr-FR'] });
  });

  it.each([
    ['vocabularyName', 'vocabularyNames', 'a', ['b']],
    ['vocabularyFilterName', 'vocabularyFilterNames', 'a', ['b']],
    ['contentIdentificationType', 'contentRedactionType', 'PII', 'PII'],
  ])('replaces %s by %s and back', (one, other, oneValue, otherValue) => {
    expect(mergeOptions({ [one]: oneValue }, { [other]: otherValue })).toEqual({
      [other]: otherValue,
    });
    expect(mergeOptions({ [other]: otherValue }, { [one]: oneValue })).toEqual({ [one]: oneValue });
  });

  it('adds up the settings of Call Analytics', () => {
    const postCall = { outputLocation: 's3://a-bucket', dataAccessRoleArn: 'arn' };

    const merged = mergeOptions({ callAnalytics: { postCall } }, { callAnalytics: {} });

    expect(merged).toEqual({ callAnalytics: { postCall } });
  });

  it('changes nothing when the earlier layers are merged once more', () => {
    const deployment: TranscribeOptions = {
      language: 'en-US',
      vocabularyName: 'a',
      callAnalytics: {},
    };
    const call: TranscribeOptions = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
    const merged = mergeOptions(deployment, call);

    expect(mergeOptions(deployment, merged)).toEqual(merged);
  });
});
