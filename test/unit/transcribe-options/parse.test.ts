import { CallscribeError } from '../../../shared/errors';
import { parseTranscribeOptions } from '../../../shared/transcribe-options/parse';
import type { AudioFormat } from '../../../shared/transcribe-options/rules/rule';
import { transcribeOptionsSchema } from '../../../shared/transcribe-options/schema';
import { CHOICE, EN, POST_CALL, SECRET, withAudio, type Case } from './case';
import { TOGETHER } from './cases-together';

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

function thrownBy(act: () => unknown): CallscribeError {
  try {
    act();
  } catch (reason) {
    if (reason instanceof CallscribeError) return reason;
    throw reason;
  }
  throw new Error('nothing was thrown');
}
