import {
  StartCallAnalyticsStreamTranscriptionCommand,
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';

import {
  MEMBER_HEADERS,
  memberHeaders,
  type RequestMembers,
} from '../../../../functions/worker/transcribe/lean/request-headers';

/** A value for every member, of the type that the SDK's commands take. */
const VALUES: Required<RequestMembers> = {
  MediaSampleRateHertz: 8000,
  MediaEncoding: 'pcm',
  LanguageCode: 'en-US',
  IdentifyLanguage: true,
  IdentifyMultipleLanguages: false,
  LanguageOptions: 'en-US,de-DE',
  PreferredLanguage: 'en-US',
  SessionId: '01234567-89ab-cdef-0123-456789abcdef',
  SessionResumeWindow: 15,
  TranscriptFormat: 'spoken',
  EnableChannelIdentification: true,
  NumberOfChannels: 2,
  ShowSpeakerLabel: false,
  EnablePartialResultsStabilization: true,
  PartialResultsStability: 'high',
  ContentIdentificationType: 'PII',
  ContentRedactionType: 'PII',
  PiiEntityTypes: 'NAME,SSN',
  VocabularyName: 'a-vocabulary',
  VocabularyNames: 'one,two',
  VocabularyFilterName: 'a_filter',
  VocabularyFilterNames: 'three,four',
  VocabularyFilterMethod: 'mask',
  LanguageModelName: 'a.model',
};

const NOT_IN_CALL_ANALYTICS: readonly (keyof typeof VALUES)[] = [
  'ShowSpeakerLabel',
  'EnableChannelIdentification',
  'NumberOfChannels',
  'IdentifyMultipleLanguages',
  'SessionResumeWindow',
  'TranscriptFormat',
];

const ignore = () => undefined;
/** The SDK warns of every request that fails, as all do here. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

type SentCommand = StartStreamTranscriptionCommand | StartCallAnalyticsStreamTranscriptionCommand;

/** The `x-amzn-transcribe-` headers and the path that the AWS SDK makes of a command. */
async function sentBySdk(command: SentCommand) {
  let sent: { headers: Record<string, string>; path: string } | undefined;
  const client = new TranscribeStreamingClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    logger: SILENT,
    requestHandler: {
      metadata: { handlerProtocol: 'h2' },
      handle: (request: typeof sent) => {
        sent = request;
        return Promise.reject(new Error('seen enough'));
      },
    } as never,
  });
  await client.send(command as StartStreamTranscriptionCommand).catch(() => undefined);
  const headers = Object.entries(sent?.headers ?? {});
  return {
    path: sent?.path,
    headers: Object.fromEntries(headers.filter(([name]) => name.startsWith('x-amzn-transcribe-'))),
  };
}

async function* silence() {
  yield await Promise.resolve({ AudioEvent: { AudioChunk: new Uint8Array(2) } });
}

describe('memberHeaders', () => {
  it('has the headers of the SDK for every member of StartStreamTranscription', async () => {
    const command = new StartStreamTranscriptionCommand({
      ...(VALUES as object),
      AudioStream: silence(),
    } as never);

    const sent = await sentBySdk(command);

    expect(memberHeaders(VALUES)).toEqual(sent.headers);
    expect(Object.keys(sent.headers)).toHaveLength(Object.keys(MEMBER_HEADERS).length);
    expect(sent.path).toBe('/stream-transcription');
  });

  it('has the headers of the SDK for every member of the Call Analytics operation', async () => {
    const members = { ...VALUES };
    for (const member of NOT_IN_CALL_ANALYTICS) delete members[member];
    const command = new StartCallAnalyticsStreamTranscriptionCommand({
      ...(members as object),
      AudioStream: silence(),
    } as never);

    const sent = await sentBySdk(command);

    expect(memberHeaders(members)).toEqual(sent.headers);
    expect(sent.path).toBe('/call-analytics-stream-transcription');
  });

  it('leaves absent members out', () => {
    expect(memberHeaders({ LanguageCode: 'en-US', VocabularyName: undefined })).toEqual({
      'x-amzn-transcribe-language-code': 'en-US',
    });
  });
});
