import { CHOICE, EN, type Case } from './case';

/** What the service does to what was said, and how soon it stands by it. */
export const CONTENT_CASES: readonly Case[] = [
  [
    'redaction with a choice',
    { ...CHOICE, contentRedactionType: 'PII' },
    'contentRedactionType',
    'identification',
  ],
  [
    'redaction among several',
    {
      identifyMultipleLanguages: true,
      languageOptions: ['en-GB', 'de-DE'],
      contentRedactionType: 'PII',
    },
    'contentRedactionType',
    'identification',
  ],
  [
    'redaction and identification of content',
    { ...EN, contentRedactionType: 'PII', contentIdentificationType: 'PII' },
    'contentRedactionType',
    'contentIdentificationType',
  ],
  [
    'types of nothing',
    { ...EN, piiEntityTypes: ['NAME'] },
    'piiEntityTypes',
    'contentRedactionType',
  ],
  [
    'too many types',
    {
      ...EN,
      contentRedactionType: 'PII',
      piiEntityTypes: Array.from({ length: 70 }, () => 'NAME'),
    },
    'piiEntityTypes',
    '300 characters',
  ],
  [
    'all and one',
    { ...EN, contentRedactionType: 'PII', piiEntityTypes: ['ALL', 'NAME'] },
    'piiEntityTypes',
    'ALL alone',
  ],
  [
    'a stability of nothing',
    { ...EN, partialResultsStability: 'high' },
    'partialResultsStability',
    'enablePartial',
  ],
];
