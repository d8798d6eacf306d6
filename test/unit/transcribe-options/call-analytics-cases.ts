import { CHOICE, EN, POST_CALL, type Case } from './case';

/** What Call Analytics asks for, and what it does not go with. */
export const CALL_ANALYTICS_CASES: readonly Case[] = [
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
