import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';
import type { ServerHttp2Stream } from 'node:http2';

import { leanSessions } from '../../../functions/worker/transcribe/lean/open-lean-session';
import { openSdkSession } from '../../../functions/worker/transcribe/sdk-session';
import type { TranscribeSession } from '../../../functions/worker/transcribe/session';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { systemClock, Ticker, type Clock } from '../../../shared/clock';
import { sleep } from '../local-transcribe/sdk-client';
import { ScriptedService, transcriptEvent } from './scripted-service';

const SETTINGS = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;
/** A hundred times as fast: the service may be silent for 600 ms after the end frame. */
const hasty: Clock = {
  ...systemClock,
  monotonicMs: () => systemClock.monotonicMs() * 100,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};
const PATIENCE_MS = 600;

const service = new ScriptedService();
let client: TranscribeStreamingClient | undefined;
afterEach(async () => {
  client?.destroy();
  await service.close();
});

async function open(
  writer: 'lean' | 'sdk',
  onEnd: (stream: ServerHttp2Stream) => Promise<void>,
): Promise<TranscribeSession> {
  const endpoint = await service.start((stream) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200 });
    stream.resume();
    stream.once('end', () => void onEnd(stream));
  });
  client = new TranscribeStreamingClient({
    region: LOCAL_REGION,
    endpoint,
    credentials: LOCAL_CREDENTIALS,
  });
  if (writer === 'sdk') return openSdkSession(client, SETTINGS, hasty);
  return leanSessions({ client, clock: hasty, ticker: new Ticker(2_000, hasty) })(SETTINGS);
}

describe.each(['lean', 'sdk'] as const)('the %s session, after its end frame', (writer) => {
  it('is patient with a service that still hears, and says so from time to time', async () => {
    const session = await open(writer, async (stream) => {
      for (let i = 0; i < 6; i++) {
        stream.write(transcriptEvent(`r${i}`));
        await sleep(PATIENCE_MS / 3);
      }
      stream.end();
    });
    session.end();

    let count = 0;
    for await (const results of session.results) count += results.length;

    expect(count).toBe(6);
  });

  it('waits as long as its reader lets what came wait', async () => {
    const events = 200;
    const session = await open(writer, (stream) => {
      for (let i = 0; i < events; i++) stream.write(transcriptEvent(`r${i}`, 'x'.repeat(1_000)));
      stream.end();
      return Promise.resolve();
    });
    session.end();

    let count = 0;
    for await (const results of session.results) {
      if (count === 0) await sleep(2 * PATIENCE_MS);
      count += results.length;
    }

    expect(count).toBe(events);
  });
});
