import {
  IDENTIFIED,
  IDENTIFIED_HEADERS,
  SESSION_ID,
  showsIdentified,
  type Case,
} from './wire-case';

/** By the options that each is about. */
export const SESSION_CASES: Readonly<Record<string, Case>> = {
  language: {
    options: { language: 'de-DE' },
    headers: { 'language-code': 'de-DE' },
    shows: ({ finals }) =>
      expect(finals).toMatchObject([
        {
          languageCode: 'de-DE',
          text: 'maria said darn. it never arrived, thanks',
          startMs: 1000,
          punctuation: [
            { text: '.', afterWord: 2 },
            { text: ',', afterWord: 5 },
          ],
          alternatives: [
            { text: 'mario said darn it never arrived', words: expect.any(Array) as object },
          ],
        },
      ]),
  },
  'identifyLanguage, languageOptions': {
    options: IDENTIFIED,
    headers: IDENTIFIED_HEADERS,
    shows: showsIdentified,
  },
  preferredLanguage: {
    options: { ...IDENTIFIED, preferredLanguage: 'de-DE' },
    headers: { ...IDENTIFIED_HEADERS, 'preferred-language': 'de-DE' },
    shows: ({ finals }) => expect(finals[0]).toMatchObject({ languageCode: 'de-DE' }),
  },
  identifyMultipleLanguages: {
    options: { identifyMultipleLanguages: true, languageOptions: ['en-GB', 'de-DE'] },
    headers: { 'identify-multiple-languages': 'true', 'language-options': 'en-GB,de-DE' },
    shows: showsIdentified,
  },
  vocabularyName: {
    options: { vocabularyName: 'products' },
    headers: { 'vocabulary-name': 'products' },
  },
  vocabularyNames: {
    options: { ...IDENTIFIED, vocabularyNames: ['products-en', 'products-de'] },
    headers: { ...IDENTIFIED_HEADERS, 'vocabulary-names': 'products-en,products-de' },
  },
  'vocabularyFilterName, vocabularyFilterMethod': {
    options: { vocabularyFilterName: 'rude', vocabularyFilterMethod: 'tag' },
    headers: { 'vocabulary-filter-name': 'rude', 'vocabulary-filter-method': 'tag' },
    shows: ({ finals }) => {
      const tagged = finals[0]?.words.filter((word) => word.vocabularyFilterMatch);
      expect(tagged?.map(({ text }) => text)).toEqual(['darn']);
    },
  },
  vocabularyFilterNames: {
    options: { ...IDENTIFIED, vocabularyFilterNames: ['rude'], vocabularyFilterMethod: 'mask' },
    headers: {
      ...IDENTIFIED_HEADERS,
      'vocabulary-filter-names': 'rude',
      'vocabulary-filter-method': 'mask',
    },
    shows: ({ finals }) => expect(finals[0]?.text).toContain('said ***.'),
  },
  languageModelName: {
    options: { languageModelName: 'support' },
    headers: { 'language-model-name': 'support' },
  },
  contentIdentificationType: {
    options: { contentIdentificationType: 'PII' },
    headers: { 'content-identification-type': 'PII' },
    shows: ({ finals }) =>
      expect(finals[0]?.entities).toMatchObject([
        { text: 'maria', category: 'PII', type: 'NAME', startMs: 1000 },
      ]),
  },
  'contentRedactionType, piiEntityTypes': {
    options: { contentRedactionType: 'PII', piiEntityTypes: ['NAME', 'AGE'] },
    headers: { 'content-redaction-type': 'PII', 'pii-entity-types': 'NAME,AGE' },
    shows: ({ finals }) => expect(finals[0]?.text).toMatch(/^\[NAME\] said/),
  },
  'enablePartialResultsStabilization, partialResultsStability': {
    options: { enablePartialResultsStabilization: true, partialResultsStability: 'high' },
    headers: {
      'enable-partial-results-stabilization': 'true',
      'partial-results-stability': 'high',
    },
    shows: ({ partials }) =>
      expect(partials.at(-1)?.words.map(({ stable }) => stable)).toEqual(
        expect.arrayContaining([true, false]),
      ),
  },
  showSpeakerLabel: {
    options: { showSpeakerLabel: true },
    headers: { 'show-speaker-label': 'true' },
    shows: ({ finals }) => expect(finals[0]?.words[0]).toMatchObject({ speaker: '0' }),
  },
  transcriptFormat: {
    options: { transcriptFormat: 'spoken' },
    headers: { 'transcript-format': 'spoken' },
  },
  sessionId: { options: { sessionId: SESSION_ID }, headers: { 'session-id': SESSION_ID } },
  sessionResumeWindow: {
    options: { sessionResumeWindow: 30 },
    headers: { 'session-resume-window': '30' },
  },
  'enableChannelIdentification, numberOfChannels': {
    options: { enableChannelIdentification: true, numberOfChannels: 2 },
    channelCount: 2,
    headers: { 'enable-channel-identification': 'true', 'number-of-channels': '2' },
    shows: ({ finals }) =>
      expect(finals.map(({ channel }) => channel)).toEqual(['caller', 'agent']),
  },
  sampleRateHz: { options: { sampleRateHz: 8000 }, headers: {} },
  mediaEncoding: {
    options: { mediaEncoding: 'g711-ulaw' },
    headers: { 'media-encoding': 'g711-ulaw' },
  },
  'speaker labels of a deployment, with two channels': {
    options: { showSpeakerLabel: true },
    channelCount: 2,
    headers: { 'enable-channel-identification': 'true', 'number-of-channels': '2' },
  },
};
