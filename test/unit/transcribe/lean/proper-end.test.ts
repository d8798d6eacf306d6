import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { leanSessions } from '../../../../functions/worker/transcribe/lean/open-lean-session';
import type { TranscribeSession } from '../../../../functions/worker/transcribe/session';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import { systemClock, Ticker } from '../../../../shared/clock';
import { EVENT, rawServer, type RawConnection, type RawServer } from './raw-server';

const NO_ERROR = 0;
const INTERNAL_ERROR = 2;
const CANCEL = 8;

let server: RawServer;
afterEach(() => server.close());

async function connect(script: Parameters<typeof rawServer>[0]): Promise<TranscribeSession> {
  server = await rawServer(script);
  const client = new TranscribeStreamingClient({
    region: LOCAL_REGION,
    endpoint: server.url,
    credentials: LOCAL_CREDENTIALS,
  });
  const open = leanSessions({ client, clock: systemClock, ticker: new Ticker(20) });
  return open({ sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} });
}

async function readAll(session: TranscribeSession): Promise<number> {
  let batches = 0;
  for await (const results of session.results) batches += results.length;
  return batches;
}

/** Speaks, ends, and says what became of it. */
async function speak(session: TranscribeSession): Promise<number> {
  const heard = readAll(session);
  await session.write(new Uint8Array(1600));
  session.end();
  return heard;
}

const halfAnEvent = EVENT.subarray(0, EVENT.length / 2);

describe('LeanSession', () => {
  it.each<[string, (connection: RawConnection) => void]>([
    ['END_STREAM', (connection) => connection.endStream()],
    [
      'END_STREAM, then RST_STREAM without an error',
      (connection) => {
        connection.endStream();
        connection.resetStream(NO_ERROR);
      },
    ],
    [
      'GOAWAY without an error, then END_STREAM',
      (connection) => {
        connection.goAway(NO_ERROR);
        connection.endStream();
      },
    ],
    [
      'END_STREAM, then the end of the connection',
      (connection) => {
        connection.endStream();
        connection.socket.end();
      },
    ],
  ])('has ended well after %s in answer to its end', async (_what, onEnd) => {
    const session = await connect({ onEnd });

    await expect(speak(session)).resolves.toBe(0);
    expect(await session.accepted).toBe(true);
  });

  const cuts: [string, (connection: RawConnection) => void][] = [
    ['RST_STREAM without an error', (connection) => connection.resetStream(NO_ERROR)],
    ['RST_STREAM with an error', (connection) => connection.resetStream(INTERNAL_ERROR)],
    ['RST_STREAM that cancels', (connection) => connection.resetStream(CANCEL)],
    ['GOAWAY with an error', (connection) => connection.goAway(INTERNAL_ERROR)],
    ['GOAWAY that leaves the stream out', (connection) => connection.goAway(NO_ERROR, 0)],
    [
      'GOAWAY and the end of the connection',
      (connection) => {
        connection.goAway(NO_ERROR);
        connection.socket.end();
      },
    ],
    ['the end of the connection', (connection) => void connection.socket.end()],
    ['a reset of the connection', (connection) => void connection.socket.resetAndDestroy()],
    [
      'half an event, then END_STREAM',
      (connection) => {
        connection.data(halfAnEvent);
        connection.endStream();
      },
    ],
    [
      'half an event, then RST_STREAM without an error',
      (connection) => {
        connection.data(halfAnEvent);
        connection.resetStream(NO_ERROR);
      },
    ],
    ['no event stream at all', (connection) => connection.data(Buffer.alloc(64, '<html>'))],
  ];

  it.each(cuts)('has failed after %s in answer to its end', async (_what, onEnd) => {
    const session = await connect({ onEnd });

    await expect(speak(session)).rejects.toMatchObject({ code: 'session-failed', retryable: true });
  });

  it.each([
    ...cuts,
    ['END_STREAM', (connection) => connection.endStream()] satisfies (typeof cuts)[number],
  ])('has failed after %s in its middle', async (_what, onAudio) => {
    const session = await connect({ onAudio });
    const heard = readAll(session);

    await session.write(new Uint8Array(1600));

    await expect(heard).rejects.toMatchObject({ code: 'session-failed', retryable: true });
    await session.write(new Uint8Array(1600));
  });
});
