import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

import { leanSessions } from '../../../../functions/worker/transcribe/lean/open-lean-session';
import { openSdkSession } from '../../../../functions/worker/transcribe/sdk-session';
import type { OpenSession } from '../../../../functions/worker/transcribe/session';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import { systemClock, Ticker } from '../../../../shared/clock';

const ignore = () => undefined;
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
const SETTINGS = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;

type Answer = (stream: ServerHttp2Stream) => void;

let server: Http2Server;
let client: TranscribeStreamingClient;
afterEach(async () => {
  client.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function serve(answer: Answer): Promise<void> {
  server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', ignore);
    stream.resume();
    answer(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new TranscribeStreamingClient({
    region: LOCAL_REGION,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    logger: SILENT,
  });
}

function httpAnswer(status: number, errorType: string | undefined, body: string): Answer {
  return (stream) => {
    stream.respond({
      ':status': status,
      'content-type': 'application/json',
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
    });
    stream.end(body);
  };
}

function streamAnswer(headers: Record<string, string>, body: string): Answer {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const entries = Object.entries(headers).map(
    ([name, value]) => [`:${name}`, { type: 'string' as const, value }] as const,
  );
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' });
    stream.end(codec.encode({ headers: Object.fromEntries(entries), body: fromUtf8(body) }));
  };
}

const exception = (type: string, body: string) =>
  streamAnswer({ 'message-type': 'exception', 'exception-type': type }, body);

/** Name and message of what the session's failure was caused by. */
async function causeOf(open: OpenSession): Promise<unknown> {
  const session = open(SETTINGS);
  const heard = (async () => {
    for await (const results of session.results) ignore.call(results);
  })();
  void session.write(new Uint8Array(1600));
  try {
    await heard;
  } catch (reason) {
    const { code, retryable, cause } = reason as Error & Record<string, unknown>;
    const { name, message } = cause as Error;
    // The SDK adds a hint for debuggers to what it finds in the first event.
    return { code, retryable, name, message: message.split('\n')[0] };
  }
  throw new Error('the session ended well');
}

describe('the errors of the lean writer', () => {
  it.each<[string, Answer, string]>([
    [
      'an answer with its name in a header',
      httpAnswer(429, 'LimitExceededException:http://internal/', '{"Message":"limit"}'),
      'LimitExceededException',
    ],
    [
      'an answer that is not in the model',
      httpAnswer(403, 'UnrecognizedClientException', '{"message":"The token is invalid."}'),
      'UnrecognizedClientException',
    ],
    [
      'an answer with its name in the body',
      httpAnswer(400, undefined, '{"__type":"com.amazonaws#BadRequestException","Message":"bad"}'),
      'BadRequestException',
    ],
    [
      'an answer with a code in the body',
      httpAnswer(403, undefined, '{"code":"InvalidSignatureException","message":"wrong"}'),
      'InvalidSignatureException',
    ],
    [
      'an answer without a body',
      httpAnswer(503, 'ServiceUnavailableException', ''),
      'ServiceUnavailableException',
    ],
    ['an answer without a name', httpAnswer(500, undefined, '{}'), 'Unknown'],
    ['an exception', exception('ConflictException', '{"Message":"in use"}'), 'ConflictException'],
    [
      'an exception without text',
      exception('InternalFailureException', '{}'),
      'InternalFailureException',
    ],
    ['an exception that is not in the model', exception('NewException', 'a text'), 'NewException'],
    [
      'an error outside the model',
      streamAnswer(
        { 'message-type': 'error', 'error-code': 'InternalError', 'error-message': 'broken' },
        '',
      ),
      'InternalError',
    ],
  ])("are the SDK's: %s", async (_what, answer, name) => {
    await serve(answer);
    const ticker = new Ticker(20);

    const lean = await causeOf(leanSessions({ client, clock: systemClock, ticker }));
    const sdk = await causeOf((settings) => openSdkSession(client, settings, systemClock));

    expect(lean).toEqual(sdk);
    expect(lean).toMatchObject({ name });
  });

  it('are told from answers that are no JSON', async () => {
    await serve(httpAnswer(502, undefined, '<html>Bad Gateway</html>'));
    const ticker = new Ticker(20);

    const lean = await causeOf(leanSessions({ client, clock: systemClock, ticker }));

    expect(lean).toMatchObject({ retryable: true, name: 'Unknown' });
  });
});
