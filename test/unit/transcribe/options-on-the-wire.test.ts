import { createScriptEngine } from '../../../local/recognisers/script';
import { fromResult } from '../../../functions/worker/segments/from-result';
import { categoriesOf, segmentOf } from '../../../functions/worker/segments/to-segment';
import { leanSessions } from '../../../functions/worker/transcribe/lean/open-lean-session';
import { openSdkSession } from '../../../functions/worker/transcribe/sdk-session';
import type { SessionSettings } from '../../../functions/worker/transcribe/session';
import type { SessionResult } from '../../../functions/worker/transcribe/session-result';
import { systemClock, Ticker } from '../../../shared/clock';
import type { TranscriptSegment } from '../../../shared/events';
import { checkTranscribeOptions } from '../../../shared/transcribe-options/check';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';
import { optionName, TRANSCRIBE_OPTIONS } from '../../../shared/transcribe-options/table';
import { chunks, TestBench } from '../local-transcribe/sdk-client';

const SCRIPT = 'maria said darn . it never arrived , thanks | mario said darn it never arrived';
const LEXICON = {
  vocabularyFilters: { rude: ['darn'] },
  categories: { Delivery: ['never arrived'] },
};
const SECONDS = 5;
const SESSION_ID = '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11';
const PLACE = { ordinal: 1, startSample: 8000, ownsTo: Infinity };
const TIMELINE = { startTimeMs: 0, sampleRateHz: 8000 };

const bench = new TestBench();
const ticker = new Ticker(1_000, systemClock);
afterEach(() => bench.close());

interface Heard {
  readonly finals: readonly TranscriptSegment[];
  readonly partials: readonly TranscriptSegment[];
  readonly results: readonly SessionResult[];
}

interface Case {
  readonly options: TranscribeOptions;
  readonly channelCount?: 1 | 2;
  /** What goes out beyond encoding, rate and, unless it is here, the language. */
  readonly headers: Readonly<Record<string, string>>;
  readonly configuration?: object;
  /** What comes back, where the option shows. */
  readonly shows?: (heard: Heard) => void;
}

const IDENTIFIED = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
const IDENTIFIED_HEADERS = {
  'identify-language': 'true',
  'language-options': 'en-GB,de-DE',
};
const showsIdentified = ({ finals }: Heard) =>
  expect(finals[0]).toMatchObject({
    languageCode: 'en-GB',
    languageScores: [{ languageCode: 'en-GB', score: 0.9 }, { languageCode: 'de-DE' }],
  });
const POST_CALL = {
  outputLocation: 's3://example-bucket/calls/',
  dataAccessRoleArn: 'arn:aws:iam::111122223333:role/PostCall',
};
const DEFINITIONS = [
  { ChannelId: 0, ParticipantRole: 'CUSTOMER' },
  { ChannelId: 1, ParticipantRole: 'AGENT' },
];

/** By the options that each is about. */
const CASES: Readonly<Record<string, Case>> = {
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
  callAnalytics: {
    options: { callAnalytics: {} },
    channelCount: 2,
    headers: {},
    configuration: { ChannelDefinitions: DEFINITIONS },
    shows: ({ finals, results }) => {
      expect(finals).toMatchObject([
        { channel: 'caller', participantRole: 'CUSTOMER', sentiment: 'POSITIVE' },
        { channel: 'agent', participantRole: 'AGENT', sentiment: 'POSITIVE' },
      ]);
      const [{ text = '', issues = [] } = {}] = finals;
      expect(issues.map(({ begin, end }) => text.slice(begin, end))).toEqual(['never arrived']);
      const categories = results.flatMap((result) => categoriesOf(result, PLACE, TIMELINE));
      expect(categories[0]).toEqual({
        name: 'Delivery',
        ranges: [{ startMs: 3000, endMs: 3780 }],
        sessionOrdinal: 1,
      });
    },
  },
  'callAnalytics.channelRoles.caller, callAnalytics.channelRoles.agent': {
    options: { callAnalytics: { channelRoles: { caller: 'AGENT', agent: 'CUSTOMER' } } },
    channelCount: 2,
    headers: {},
    configuration: {
      ChannelDefinitions: [
        { ChannelId: 0, ParticipantRole: 'AGENT' },
        { ChannelId: 1, ParticipantRole: 'CUSTOMER' },
      ],
    },
    shows: ({ finals }) =>
      expect(finals).toMatchObject([
        { channel: 'caller', participantRole: 'AGENT' },
        { channel: 'agent', participantRole: 'CUSTOMER' },
      ]),
  },
  'callAnalytics.postCall.outputLocation, callAnalytics.postCall.dataAccessRoleArn': {
    options: { callAnalytics: { postCall: POST_CALL } },
    channelCount: 2,
    headers: {},
    configuration: {
      ChannelDefinitions: DEFINITIONS,
      PostCallAnalyticsSettings: {
        OutputLocation: POST_CALL.outputLocation,
        DataAccessRoleArn: POST_CALL.dataAccessRoleArn,
      },
    },
  },
  'callAnalytics.postCall.contentRedactionOutput, callAnalytics.postCall.outputEncryptionKmsKeyId':
    {
      options: {
        contentRedactionType: 'PII',
        callAnalytics: {
          postCall: {
            ...POST_CALL,
            contentRedactionOutput: 'redacted_and_unredacted',
            outputEncryptionKmsKeyId: 'alias/calls',
          },
        },
      },
      channelCount: 2,
      headers: { 'content-redaction-type': 'PII' },
      configuration: {
        ChannelDefinitions: DEFINITIONS,
        PostCallAnalyticsSettings: {
          OutputLocation: POST_CALL.outputLocation,
          DataAccessRoleArn: POST_CALL.dataAccessRoleArn,
          ContentRedactionOutput: 'redacted_and_unredacted',
          OutputEncryptionKMSKeyId: 'alias/calls',
        },
      },
    },
  'everything that Call Analytics has': {
    options: {
      ...IDENTIFIED,
      preferredLanguage: 'en-GB',
      vocabularyNames: ['a', 'b'],
      vocabularyFilterNames: ['rude'],
      vocabularyFilterMethod: 'tag',
      contentIdentificationType: 'PII',
      piiEntityTypes: ['NAME', 'PHONE'],
      enablePartialResultsStabilization: true,
      partialResultsStability: 'medium',
      sessionId: SESSION_ID,
      callAnalytics: {},
    },
    channelCount: 2,
    headers: {
      ...IDENTIFIED_HEADERS,
      'preferred-language': 'en-GB',
      'vocabulary-names': 'a,b',
      'vocabulary-filter-names': 'rude',
      'vocabulary-filter-method': 'tag',
      'content-identification-type': 'PII',
      'pii-entity-types': 'NAME,PHONE',
      'enable-partial-results-stabilization': 'true',
      'partial-results-stability': 'medium',
      'session-id': SESSION_ID,
    },
    configuration: { ChannelDefinitions: DEFINITIONS },
    shows: (heard) => {
      showsIdentified(heard);
      expect(heard.finals[0]?.entities).toMatchObject([{ type: 'NAME' }]);
      expect(heard.partials.at(-1)?.words.some(({ stable }) => stable === false)).toBe(true);
    },
  },
  'Call Analytics as long as only one party is there': {
    options: { callAnalytics: {} },
    headers: {},
    shows: ({ finals }) => expect(finals).toHaveLength(1),
  },
};

const rows = (['lean', 'sdk'] as const).flatMap((writer) =>
  Object.entries(CASES).map(([name, row]) => [writer, name, row] as const),
);

describe('the options of a session', () => {
  it.each(rows)('go out by the %s writer and show in what comes back: %s', async (...row) => {
    const [writer, , { options, channelCount = 1, headers, configuration, shows }] = row;
    const engine = createScriptEngine(SCRIPT);
    const standIn = await bench.start({ engine, lexicon: LEXICON });
    const settings = { sampleRateHz: 8000, channelCount, language: 'en-US', options };

    const heard = await hear(writer, bench.client(standIn), settings);

    const [record] = standIn.sessions();
    expect(record?.endedBy).toBe('complete');
    expect(record?.headers).toEqual(wireHeaders(headers));
    expect(record?.operation).toBe(
      configuration === undefined
        ? 'StartStreamTranscription'
        : 'StartCallAnalyticsStreamTranscription',
    );
    expect(record?.configuration).toEqual(configuration);
    shows?.(heard);
  });

  it('are all tried', () => {
    const tried = Object.keys(CASES).join(', ').split(', ');

    const missing = TRANSCRIBE_OPTIONS.map(optionName).filter((name) => !tried.includes(name));

    expect(missing).toEqual([]);
  });

  it('are all such as the checks let pass', () => {
    for (const { options } of Object.values(CASES)) {
      expect(
        checkTranscribeOptions({
          ...(isIdentified(options) ? {} : { language: 'en-US' }),
          ...options,
        }),
      ).toEqual([]);
    }
  });
});

async function hear(
  writer: 'lean' | 'sdk',
  client: ReturnType<TestBench['client']>,
  settings: SessionSettings,
): Promise<Heard> {
  const clock = systemClock;
  const session =
    writer === 'sdk'
      ? openSdkSession(client, settings, clock)
      : leanSessions({ client, clock, ticker })(settings);
  const results: SessionResult[] = [];
  const reading = (async () => {
    for await (const found of session.results) results.push(...found);
  })();
  const audio = new Int16Array(SECONDS * 8000 * settings.channelCount);
  for await (const bytes of chunks(audio, 4000)) await session.write(bytes);
  session.end();
  await reading;
  const timed = results
    .filter((result) => result.Categories === undefined)
    .map((result) => fromResult(result, PLACE, 8000, () => 0));
  const segments = timed.map((each) =>
    segmentOf(each, each.channelIndex === 1 ? 'agent' : 'caller', PLACE, TIMELINE),
  );
  return {
    results,
    finals: segments.filter((_segment, index) => timed[index]?.isPartial === false),
    partials: segments.filter((_segment, index) => timed[index]?.isPartial === true),
  };
}

function isIdentified({
  identifyLanguage,
  identifyMultipleLanguages,
  language,
}: TranscribeOptions) {
  return identifyLanguage ?? identifyMultipleLanguages ?? language;
}

/** Encoding and rate always go out, and the language where it is not to be found out. */
function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const identifies = 'identify-language' in headers || 'identify-multiple-languages' in headers;
  const all = {
    'media-encoding': 'pcm',
    'sample-rate': '8000',
    ...(identifies ? {} : { 'language-code': 'en-US' }),
    ...headers,
  };
  return Object.fromEntries(
    Object.entries(all).map(([suffix, value]) => [`x-amzn-transcribe-${suffix}`, value]),
  );
}
