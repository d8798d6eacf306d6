import { CHOICE, EN, type Case } from './case';

/** Languages, and vocabularies and models that go with them or do not. */
export const LANGUAGE_CASES: readonly Case[] = [
  ['no language', {}, 'language', 'must be given'],
  ['two ways', { ...EN, ...CHOICE }, 'identifyLanguage', 'the only one of'],
  [
    'two kinds of identification',
    { ...CHOICE, identifyMultipleLanguages: true },
    'identifyMultipleLanguages',
    'the only one of',
  ],
  ['a language unknown to the service', { language: 'en-UK' }, 'language', 'must be a language'],
  [
    'an unknown one to choose',
    { ...CHOICE, languageOptions: ['en-UK', 'de-DE'] },
    'languageOptions',
    'must be a language',
  ],
  [
    'languages without choice',
    { ...EN, languageOptions: ['en-GB', 'de-DE'] },
    'languageOptions',
    'identifyLanguage or',
  ],
  [
    'an unknown preference',
    { ...CHOICE, preferredLanguage: 'en-UK' },
    'preferredLanguage',
    'must be a language',
  ],
  ['nothing to choose from', { identifyLanguage: true }, 'languageOptions', 'two languages'],
  [
    'one to choose from',
    { ...CHOICE, languageOptions: ['en-GB'] },
    'languageOptions',
    'two languages',
  ],
  [
    'two dialects',
    { ...CHOICE, languageOptions: ['en-GB', 'en-US'] },
    'languageOptions',
    'one dialect',
  ],
  [
    'a preference outside',
    { ...CHOICE, preferredLanguage: 'fr-FR' },
    'preferredLanguage',
    'one of languageOptions',
  ],
  [
    'a preference without choice',
    { ...EN, preferredLanguage: 'en-GB' },
    'preferredLanguage',
    'identifyLanguage',
  ],
  [
    'a preference among several',
    {
      identifyMultipleLanguages: true,
      languageOptions: ['en-GB', 'de-DE'],
      preferredLanguage: 'en-GB',
    },
    'preferredLanguage',
    'identifyLanguage',
  ],
  [
    'one vocabulary for several',
    { ...CHOICE, vocabularyName: 'v' },
    'vocabularyName',
    'vocabularyNames',
  ],
  ['several for one', { ...EN, vocabularyNames: ['v'] }, 'vocabularyNames', 'use vocabularyName'],
  [
    'one filter for several',
    { ...CHOICE, vocabularyFilterName: 'v' },
    'vocabularyFilterName',
    'vocabularyFilterNames',
  ],
  [
    'several filters for one',
    { ...EN, vocabularyFilterNames: ['v'] },
    'vocabularyFilterNames',
    'use vocabularyFilterName',
  ],
  [
    'too long a list of vocabularies',
    { ...CHOICE, vocabularyNames: Array.from({ length: 16 }, () => 'v'.repeat(200)) },
    'vocabularyNames',
    '3000 characters',
  ],
  [
    'a model for several',
    { ...CHOICE, languageModelName: 'm' },
    'languageModelName',
    'identification',
  ],
];
