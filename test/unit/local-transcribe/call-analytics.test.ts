import type {
  AudioStream,
  CallAnalyticsTranscriptResultStream,
  ChannelDefinition,
  ConfigurationEvent,
  StartCallAnalyticsStreamTranscriptionCommandInput,
} from '@aws-sdk/client-transcribe-streaming';
import { StartCallAnalyticsStreamTranscriptionCommand } from '@aws-sdk/client-transcribe-streaming';

import type { TranscribeStandIn } from '../../../local/transcribe/transcribe';
import { chunks, interleave, TestBench, tones } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const AGENT_FIRST: ChannelDefinition[] = [
  { ChannelId: 0, ParticipantRole: 'AGENT' },
  { ChannelId: 1, ParticipantRole: 'CUSTOMER' },
];
const POST_CALL = {
  OutputLocation: 's3://recordings/calls/',
  DataAccessRoleArn: 'arn:aws:iam::111122223333:role/Access',
};
const LEXICON = {
  positive: ['1'],
  negative: ['2'],
  issues: ['3 4'],
  categories: { Escalation: ['5'], Greeting: ['7 8', '9'] },
};

type Settings = Partial<Omit<StartCallAnalyticsStreamTranscriptionCommandInput, 'AudioStream'>>;

async function* callEvents(
  left: string,
  right: string,
  configuration: ConfigurationEvent | undefined,
): AsyncGenerator<AudioStream> {
  if (configuration) yield { ConfigurationEvent: configuration };
  const audio = interleave(tones(left).samples, tones(right).samples);
  for await (const AudioChunk of chunks(audio, 1600)) yield { AudioEvent: { AudioChunk } };
}

async function analyse(
  standIn: TranscribeStandIn,
  events: AsyncIterable<AudioStream>,
  settings: Settings = {},
) {
  const { CallAnalyticsTranscriptResultStream: results = [], ...response } = await bench
    .client(standIn)
    .send(
      new StartCallAnalyticsStreamTranscriptionCommand({
        MediaEncoding: 'pcm',
        MediaSampleRateHertz: 8000,
        LanguageCode: 'en-US',
        ...settings,
        AudioStream: events,
      }),
    );
  const heard: CallAnalyticsTranscriptResultStream[] = [];
  for await (const event of results as AsyncIterable<CallAnalyticsTranscriptResultStream>) {
    heard.push(event);
  }
  const utterances = heard.flatMap(({ UtteranceEvent }) => UtteranceEvent ?? []);
  return {
    response,
    finals: utterances.filter(({ IsPartial }) => !IsPartial),
    partials: utterances.filter(({ IsPartial }) => IsPartial),
    categories: heard
      .flatMap(({ CategoryEvent }) => CategoryEvent ?? [])
      .filter(({ MatchedCategories }) => MatchedCategories?.length),
  };
}

describe('Call Analytics on the Transcribe stand-in', () => {
  it('gives utterances of both roles, in milliseconds', async () => {
    const standIn = await bench.start();

    const { finals, partials } = await analyse(
      standIn,
      callEvents('12', '345', { ChannelDefinitions: AGENT_FIRST }),
    );

    expect(finals).toHaveLength(2);
    expect(finals).toContainEqual(
      expect.objectContaining({
        ParticipantRole: 'CUSTOMER',
        Transcript: '3 4 5',
        LanguageCode: 'en-US',
      }),
    );
    const agent = finals.find(({ ParticipantRole }) => ParticipantRole === 'AGENT');
    expect(agent?.Transcript).toBe('1 2');
    expect(agent?.BeginOffsetMillis).toBeLessThanOrEqual(5);
    expect(agent?.Items?.[1]?.BeginOffsetMillis).toBeCloseTo(100, -1);
    expect(agent?.EndOffsetMillis).toBeCloseTo(150, -1);
    for (const { UtteranceId } of partials) {
      expect(finals.map((final) => final.UtteranceId)).toContain(UtteranceId);
    }
  });

  it('takes the roles as they are given, in whatever order', async () => {
    const standIn = await bench.start();
    const ChannelDefinitions: ChannelDefinition[] = [
      { ChannelId: 1, ParticipantRole: 'AGENT' },
      { ChannelId: 0, ParticipantRole: 'CUSTOMER' },
    ];

    const { finals } = await analyse(standIn, callEvents('1', '2', { ChannelDefinitions }));

    const said = finals.map(({ ParticipantRole, Transcript }) => [ParticipantRole, Transcript]);
    expect(Object.fromEntries(said)).toEqual({ CUSTOMER: '1', AGENT: '2' });
  });

  it.each([
    ['1', 'POSITIVE'],
    ['2', 'NEGATIVE'],
    ['12', 'MIXED'],
    ['0', 'NEUTRAL'],
  ])('hears in %s a sentiment that is %s', async (symbols, sentiment) => {
    const standIn = await bench.start({ lexicon: LEXICON });

    const { finals } = await analyse(
      standIn,
      callEvents(symbols, '', { ChannelDefinitions: AGENT_FIRST }),
    );

    expect(finals).toMatchObject([{ Sentiment: sentiment }]);
  });

  it('places issues by characters', async () => {
    const standIn = await bench.start({ lexicon: LEXICON });

    const { finals } = await analyse(
      standIn,
      callEvents('0034', '', { ChannelDefinitions: AGENT_FIRST }),
    );

    expect(finals[0]?.IssuesDetected).toEqual([{ CharacterOffsets: { Begin: 4, End: 7 } }]);
    expect(finals[0]?.Transcript?.slice(4, 7)).toBe('3 4');
  });

  it('tells of matched categories, and when', async () => {
    const standIn = await bench.start({ lexicon: LEXICON });

    const { categories } = await analyse(
      standIn,
      callEvents('078', '0', { ChannelDefinitions: AGENT_FIRST }),
    );

    expect(categories).toHaveLength(1);
    expect(categories[0]?.MatchedCategories).toEqual(['Greeting']);
    const [range] = categories[0]?.MatchedDetails?.Greeting?.TimestampRanges ?? [];
    expect(range?.BeginOffsetMillis).toBeCloseTo(100, -1);
    expect(range?.EndOffsetMillis).toBeCloseTo(250, -1);
  });

  it('identifies language and PII', async () => {
    const standIn = await bench.start();

    const { finals } = await analyse(
      standIn,
      callEvents('1234', '', { ChannelDefinitions: AGENT_FIRST }),
      {
        LanguageCode: undefined,
        IdentifyLanguage: true,
        LanguageOptions: 'en-US,fr-FR',
        ContentIdentificationType: 'PII',
      },
    );

    expect(finals[0]).toMatchObject({
      LanguageIdentification: [{ LanguageCode: 'en-US' }, { LanguageCode: 'fr-FR' }],
      Entities: [{ Type: 'PIN', Category: 'PII', Content: '1 2 3 4' }],
    });
    expect(finals[0]?.Entities?.[0]?.EndOffsetMillis).toBeCloseTo(350, -1);
  });

  it('echoes what was asked and keeps the configuration', async () => {
    const standIn = await bench.start();
    const configuration = {
      ChannelDefinitions: AGENT_FIRST,
      PostCallAnalyticsSettings: { ...POST_CALL, ContentRedactionOutput: 'redacted' as const },
    };

    const { response } = await analyse(standIn, callEvents('1', '2', configuration), {
      ContentRedactionType: 'PII',
      PiiEntityTypes: 'NAME,EMAIL',
    });

    expect(response).toMatchObject({ ContentRedactionType: 'PII', PiiEntityTypes: 'NAME,EMAIL' });
    expect(standIn.sessions()).toMatchObject([
      {
        operation: 'StartCallAnalyticsStreamTranscription',
        channelCount: 2,
        configuration,
        headers: { 'x-amzn-transcribe-pii-entity-types': 'NAME,EMAIL' },
      },
    ]);
  });

  const [agent, customer] = AGENT_FIRST as [ChannelDefinition, ChannelDefinition];
  it.each<[string, ConfigurationEvent | undefined]>([
    ['must be sent before the audio', undefined],
    ['ChannelDefinitions is required', {}],
    ['exactly two ChannelDefinitions', { ChannelDefinitions: [agent] }],
    ['exactly two ChannelDefinitions', { ChannelDefinitions: [agent, customer, agent] }],
    ['a ChannelId is repeated', { ChannelDefinitions: [agent, { ...customer, ChannelId: 0 }] }],
    ['one channel must be AGENT', { ChannelDefinitions: [agent, { ...agent, ChannelId: 1 }] }],
    [
      'OutputLocation must be s3',
      {
        ChannelDefinitions: AGENT_FIRST,
        PostCallAnalyticsSettings: { ...POST_CALL, OutputLocation: 'recordings' },
      },
    ],
    [
      'DataAccessRoleArn must be',
      {
        ChannelDefinitions: AGENT_FIRST,
        PostCallAnalyticsSettings: { ...POST_CALL, DataAccessRoleArn: 'Access' },
      },
    ],
    [
      'ContentRedactionOutput needs content-redaction-type',
      {
        ChannelDefinitions: AGENT_FIRST,
        PostCallAnalyticsSettings: { ...POST_CALL, ContentRedactionOutput: 'redacted' },
      },
    ],
  ])('refuses: %s', async (message, configuration) => {
    const standIn = await bench.start();

    await expect(analyse(standIn, callEvents('1', '2', configuration))).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining(message) as string,
    });
  });

  it('refuses a second configuration', async () => {
    const standIn = await bench.start();
    async function* twice(): AsyncGenerator<AudioStream> {
      yield { ConfigurationEvent: { ChannelDefinitions: AGENT_FIRST } };
      yield { ConfigurationEvent: { ChannelDefinitions: AGENT_FIRST } };
    }

    await expect(analyse(standIn, twice())).rejects.toThrow('once, as the first event');
  });
});
