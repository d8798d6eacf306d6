import { CallscribeError } from '../../../shared/errors';
import { checkTranscribeOptions } from '../../../shared/transcribe-options/check';
import { mergeOptions } from '../../../shared/transcribe-options/merge';
import { parseTranscribeOptions } from '../../../shared/transcribe-options/parse';
import type { AudioFormat } from '../../../shared/transcribe-options/rules/rule';
import {
  transcribeOptionsSchema,
  type TranscribeOptions,
} from '../../../shared/transcribe-options/schema';

const SECRET = 'zq+15550100';
const CHOICE = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
const EN = { language: 'en-GB' };
const POST_CALL = {
  outputLocation: 's3://bucket/calls/',
  dataAccessRoleArn: 'arn:aws:iam::111122223333:role/PostCall',
};

/** What is wrong with the options, where that shows, and the words that say it. */
type Case = [string, unknown, string, string, AudioFormat?];

const TOGETHER: Case[] = [
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
  [
    'speakers on two channels',
    { ...EN, showSpeakerLabel: true },
    'showSpeakerLabel',
    'two channels',
    { channelCount: 2 },
  ],
  [
    'speakers and channels',
    { ...EN, showSpeakerLabel: true, enableChannelIdentification: true, numberOfChannels: 2 },
    'showSpeakerLabel',
    'two channels',
  ],
  [
    'channels without their number',
    { ...EN, enableChannelIdentification: true },
    'enableChannelIdentification',
    'numberOfChannels',
  ],
  [
    'a number without channels',
    { ...EN, numberOfChannels: 2 },
    'numberOfChannels',
    'enableChannelIdentification',
  ],
  [
    'two channels as one',
    { ...EN, enableChannelIdentification: false },
    'enableChannelIdentification',
    'always on',
    { channelCount: 2 },
  ],
  [
    'one channel as two',
    { ...EN, enableChannelIdentification: true, numberOfChannels: 2 },
    'enableChannelIdentification',
    'has one',
    { channelCount: 1 },
  ],
  ['three channels', EN, 'numberOfChannels', 'no more', { channelCount: 3 }],
  ['audio that is too slow', EN, 'sampleRateHz', 'from 8000 to 48000', { sampleRateHz: 6000 }],
  ['audio that is too fast', EN, 'sampleRateHz', 'from 8000 to 48000', { sampleRateHz: 96_000 }],
  [
    'another rate',
    { ...EN, sampleRateHz: 8000 },
    'sampleRateHz',
    'that of the audio',
    { sampleRateHz: 16_000 },
  ],
  [
    'another encoding',
    { ...EN, mediaEncoding: 'flac' },
    'mediaEncoding',
    'that of the audio',
    { encoding: 'pcm' },
  ],
  [
    'Call Analytics in Japanese',
    { language: 'ja-JP', callAnalytics: {} },
    'language',
    'Call Analytics',
  ],
  [
    'Call Analytics with a Japanese choice',
    { ...CHOICE, languageOptions: ['en-GB', 'ja-JP'], callAnalytics: {} },
    'languageOptions',
    'Call Analytics',
  ],
  [
    'Call Analytics of one channel',
    { ...EN, callAnalytics: {} },
    'callAnalytics',
    'two channels',
    { channelCount: 1 },
  ],
  [
    'Call Analytics resumed',
    { ...EN, callAnalytics: {}, sessionResumeWindow: 5 },
    'sessionResumeWindow',
    'callAnalytics',
  ],
  [
    'Call Analytics with a format',
    { ...EN, callAnalytics: {}, transcriptFormat: 'spoken' },
    'transcriptFormat',
    'callAnalytics',
  ],
  [
    'Call Analytics with speakers',
    { ...EN, callAnalytics: {}, showSpeakerLabel: true },
    'showSpeakerLabel',
    'callAnalytics',
  ],
  [
    'Call Analytics with channels',
    { ...EN, callAnalytics: {}, enableChannelIdentification: true, numberOfChannels: 2 },
    'numberOfChannels',
    'callAnalytics',
  ],
  [
    'Call Analytics among several',
    { identifyMultipleLanguages: true, languageOptions: ['en-GB', 'de-DE'], callAnalytics: {} },
    'identifyMultipleLanguages',
    'callAnalytics',
  ],
  [
    'Call Analytics of an age',
    { ...EN, callAnalytics: {}, contentRedactionType: 'PII', piiEntityTypes: ['AGE'] },
    'piiEntityTypes',
    'callAnalytics',
  ],
  [
    'two agents',
    { ...EN, callAnalytics: { channelRoles: { caller: 'AGENT', agent: 'AGENT' } } },
    'callAnalytics.channelRoles.agent',
    'must differ',
  ],
  [
    'a redacted analysis of what is not redacted',
    { ...EN, callAnalytics: { postCall: { ...POST_CALL, contentRedactionOutput: 'redacted' } } },
    'callAnalytics.postCall.contentRedactionOutput',
    'contentRedactionType',
  ],
];

const ALONE: Case[] = [
  ['no object', 7, '', 'object of options'],
  ['an unknown option', { ...EN, vocabulary: 'v' }, 'vocabulary', 'no option'],
  ['a language that is none', { language: SECRET }, 'language', 'language code'],
  ['a text for a flag', { identifyLanguage: SECRET }, 'identifyLanguage', 'true or false'],
  ['a text for a list', { languageOptions: 'en-GB,de-DE' }, 'languageOptions', 'language codes'],
  ['an empty list', { vocabularyNames: [] }, 'vocabularyNames', '1 to 200 characters'],
  ['a name with a space', { ...EN, vocabularyName: 'my words' }, 'vocabularyName', '1 to 200'],
  [
    'too long a name',
    { ...EN, languageModelName: 'm'.repeat(201) },
    'languageModelName',
    '1 to 200',
  ],
  [
    'an unknown method',
    { ...EN, vocabularyFilterMethod: SECRET },
    'vocabularyFilterMethod',
    'mask, remove, tag',
  ],
  ['an unknown type', { ...EN, piiEntityTypes: [SECRET] }, 'piiEntityTypes', 'personal data'],
  ['unknown content', { ...EN, contentRedactionType: 'PHI' }, 'contentRedactionType', 'PII'],
  ['a session id that is none', { ...EN, sessionId: 'session-1' }, 'sessionId', 'UUID'],
  ['a window of nothing', { ...EN, sessionResumeWindow: 0 }, 'sessionResumeWindow', '1 to 300'],
  ['too wide a window', { ...EN, sessionResumeWindow: 301 }, 'sessionResumeWindow', '1 to 300'],
  ['half a minute', { ...EN, sessionResumeWindow: 0.5 }, 'sessionResumeWindow', 'whole number'],
  ['an unknown format', { ...EN, transcriptFormat: 'sung' }, 'transcriptFormat', 'written, spoken'],
  ['an unknown encoding', { ...EN, mediaEncoding: 'mp3' }, 'mediaEncoding', 'ogg-opus'],
  ['too low a rate', { ...EN, sampleRateHz: 7999 }, 'sampleRateHz', '8000 to 48000'],
  ['too high a rate', { ...EN, sampleRateHz: 48_001 }, 'sampleRateHz', '8000 to 48000'],
  ['three channels', { ...EN, numberOfChannels: 3 }, 'numberOfChannels', 'must be 2'],
  [
    'an analysis that is stored nowhere',
    { ...EN, callAnalytics: { postCall: { dataAccessRoleArn: POST_CALL.dataAccessRoleArn } } },
    'callAnalytics.postCall.outputLocation',
    'S3 location',
  ],
  [
    'an analysis that nobody may store',
    { ...EN, callAnalytics: { postCall: { ...POST_CALL, dataAccessRoleArn: SECRET } } },
    'callAnalytics.postCall.dataAccessRoleArn',
    'ARN of an IAM role',
  ],
  [
    'a part without the other',
    { ...EN, callAnalytics: { channelRoles: { caller: 'AGENT' } } },
    'callAnalytics.channelRoles.agent',
    'CUSTOMER, AGENT',
  ],
];

const GOOD: [string, unknown, AudioFormat?][] = [
  ['a language', EN],
  ['a choice', { ...CHOICE, preferredLanguage: 'de-DE', vocabularyNames: ['a', 'b'] }],
  ['identification of content in a choice', { ...CHOICE, contentIdentificationType: 'PII' }],
  ['several languages', { identifyMultipleLanguages: true, languageOptions: ['en-GB', 'de-DE'] }],
  [
    'flags that are off',
    { ...EN, identifyLanguage: false, showSpeakerLabel: false },
    { channelCount: 2 },
  ],
  ['redaction of some', { ...EN, contentRedactionType: 'PII', piiEntityTypes: ['AGE', 'PIN'] }],
  ['speakers on one channel', { ...EN, showSpeakerLabel: true }, { channelCount: 1 }],
  [
    'channels',
    { ...EN, enableChannelIdentification: true, numberOfChannels: 2 },
    { channelCount: 2 },
  ],
  ['Call Analytics', { ...EN, callAnalytics: {} }, { channelCount: 2 }],
  [
    'Call Analytics with everything',
    {
      ...EN,
      contentRedactionType: 'PII',
      callAnalytics: {
        channelRoles: { caller: 'AGENT', agent: 'CUSTOMER' },
        postCall: {
          ...POST_CALL,
          contentRedactionOutput: 'redacted_and_unredacted',
          outputEncryptionKmsKeyId:
            'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        },
      },
    },
  ],
];

describe('parseTranscribeOptions', () => {
  it.each([...ALONE, ...TOGETHER].map(withAudio))(
    'refuses %s',
    (_what, options, option, rule, audio) => {
      const parse = () => parseTranscribeOptions(options, audio);

      const { message, code } = thrownBy(parse);

      expect(code).toBe('bad-request');
      expect(message).toContain(`${option} `);
      expect(message).toContain(rule);
      expect(message).not.toContain(SECRET);
    },
  );

  it.each(GOOD.map(([what, options, audio]) => [what, options, audio] as const))(
    'takes %s',
    (_what, options, audio) => {
      expect(parseTranscribeOptions(options, audio)).toEqual(options);
    },
  );

  it('counts the problems that are too many to read', () => {
    const many = Object.fromEntries(
      Object.keys(transcribeOptionsSchema.shape).map((name) => [name, null]),
    );

    const { message } = thrownBy(() => parseTranscribeOptions(many));

    expect(message).toMatch(/and \d+ more$/);
  });
});

describe('checkTranscribeOptions', () => {
  it.each(TOGETHER.map(withAudio))(
    'shows with %s how it would be right',
    (_what, options, option, _rule, audio) => {
      const problems = checkTranscribeOptions(transcribeOptionsSchema.parse(options), audio);

      const { example = 'none' } = problems.find((problem) => problem.option === option) ?? {};
      const shown = transcribeOptionsSchema.parse(JSON.parse(example));

      // An example that says nothing about the language is for calls that have one.
      expect(checkTranscribeOptions(mergeOptions<TranscribeOptions>(EN, shown))).toEqual([]);
    },
  );
});

/** A row that is shorter than the test's parameters would be handed a callback. */
function withAudio([what, options, option, rule, audio]: Case) {
  return [what, options, option, rule, audio] as const;
}

function thrownBy(act: () => unknown): CallscribeError {
  try {
    act();
  } catch (reason) {
    if (reason instanceof CallscribeError) return reason;
    throw reason;
  }
  throw new Error('nothing was thrown');
}
