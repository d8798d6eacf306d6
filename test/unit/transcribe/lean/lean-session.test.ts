import type { ServerHttp2Stream } from 'node:http2';

import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { leanSessions } from '../../../../functions/worker/transcribe/lean/open-lean-session';
import type { TranscribeSession } from '../../../../functions/worker/transcribe/session';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import { systemClock, Ticker, type Clock } from '../../../../shared/clock';
import { sleep, TestBench, tones, chunks } from '../../local-transcribe/sdk-client';
import { selfSigned } from '../../local-transcribe/self-signed';
import { ScriptedService, transcriptEvent } from '../scripted-service';

const SETTINGS = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;

const bench = new TestBench();
const service = new ScriptedService();
afterEach(async () => {
  await bench.close();
  await service.close();
});

interface OpenOptions {
  readonly ca?: string;
  readonly clock?: Clock;
  readonly partials?: boolean;
}

function open(endpoint: string, options: OpenOptions = {}): TranscribeSession {
  const client = new TranscribeStreamingClient({
    region: LOCAL_REGION,
    endpoint,
    credentials: LOCAL_CREDENTIALS,
  });
  const { ca, partials, clock = systemClock } = options;
  return leanSessions({ client, clock, ticker: new Ticker(20), ca })({ ...SETTINGS, partials });
}

const sockets = () =>
  process.getActiveResourcesInfo().filter((name) => /TCPSocket|TLS/.test(name)).length;

async function readIds(session: TranscribeSession, count: number): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for await (const results of session.results) {
    ids.push(...results.map((result) => result.ResultId));
    if (ids.length >= count) break;
  }
  return ids;
}

describe('LeanSession', () => {
  it('speaks TLS', async () => {
    const tls = selfSigned('127.0.0.1');
    const standIn = await bench.start({ tls });
    const session = open(standIn.url, { ca: tls.cert });
    const heard = (async () => {
      const finals: string[] = [];
      for await (const results of session.results) {
        for (const { IsPartial, Alternatives } of results) {
          if (IsPartial === false) finals.push(Alternatives?.[0]?.Transcript ?? '');
        }
      }
      return finals.join('').replaceAll(' ', '');
    })();

    for await (const bytes of chunks(tones('1357').samples)) await session.write(bytes);
    session.end();

    expect(await heard).toBe('1357');
  });

  it('sends what was written before the connection stands, in order, and the end after it', async () => {
    const standIn = await bench.start();
    const session = open(standIn.url);
    const { samples } = tones('24680');

    for await (const bytes of chunks(samples)) void session.write(bytes);
    session.end();

    const finals: string[] = [];
    for await (const results of session.results) {
      for (const { IsPartial, Alternatives } of results) {
        if (IsPartial === false) finals.push(Alternatives?.[0]?.Transcript ?? '');
      }
    }
    expect(finals.join('').replaceAll(' ', '')).toBe('24680');
  });

  it('holds the service back while its results are not read, and loses none', async () => {
    const count = 2000;
    let unsent: ServerHttp2Stream | undefined;
    const url = await service.start((stream) => {
      unsent = stream;
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      for (let i = 0; i < count; i++) stream.write(transcriptEvent(`r${i}`, 'x'.repeat(1000)));
    });
    const session = open(url);
    const results = session.results[Symbol.asyncIterator]();
    await results.next();
    await sleep(50);

    const unsentBytes = unsent?.writableLength ?? 0;
    const ids = await readIds(
      { ...session, results: { [Symbol.asyncIterator]: () => results } },
      count - 1,
    );

    expect(unsentBytes).toBeGreaterThan(1_000_000);
    expect(ids).toEqual(Array.from({ length: count - 1 }, (_, i) => `r${i + 1}`));
  });

  it('tells of partials that nobody wants once a second, and of each final', async () => {
    let nowMs = 0;
    let stream: ServerHttp2Stream | undefined;
    const url = await service.start((opened) => {
      stream = opened;
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      stream.write(transcriptEvent('first'));
    });
    const clock = { ...systemClock, monotonicMs: () => nowMs };
    const session = open(url, { clock, partials: false });
    const results = session.results[Symbol.asyncIterator]();
    const told: number[] = [];
    const tell = async () => told.push((await results.next()).value?.length ?? -1);

    await tell();
    nowMs += 999;
    for (let i = 0; i < 4; i++) stream?.write(transcriptEvent('soon'));
    stream?.write(transcriptEvent('said', '', false));
    await tell();
    nowMs += 1;
    stream?.write(transcriptEvent('later'));
    await tell();
    session.abort();

    expect(told).toEqual([0, 1, 0]);
  });

  it('leaves no handle open when it is aborted at any time', async () => {
    const url = await service.start((stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      stream.write(transcriptEvent('r', ''));
    });
    const before = sockets();

    for (const [waitMs, awaitAccepted] of [
      [0, false],
      [1, false],
      [0, true],
    ] as const) {
      const session = open(url);
      const heard = readIds(session, Infinity);
      heard.catch(() => undefined);
      if (awaitAccepted) await session.accepted;
      if (waitMs > 0) await sleep(waitMs);
      session.abort();
      await expect(heard).rejects.toMatchObject({ code: 'session-failed', retryable: true });
    }

    for (let tries = 0; sockets() > before && tries < 100; tries++) await sleep(5);
    expect(sockets()).toBeLessThanOrEqual(before);
  });

  it('lets go of its connection when its results are no longer wanted', async () => {
    let closed: (() => void) | undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const url = await service.start((stream) => {
      stream.on('error', () => undefined);
      stream.on('close', () => closed?.());
      stream.respond({ ':status': 200 });
      stream.write(transcriptEvent('r', ''));
    });

    expect(await readIds(open(url), 1)).toEqual(['r']);

    await isClosed;
  });

  it('tells that nobody listens there', async () => {
    const url = await service.start(() => undefined);
    await service.close();

    const session = open(url);

    await expect(readIds(session, 1)).rejects.toMatchObject({ retryable: true });
    expect(await session.accepted).toBe(false);
    await session.write(new Uint8Array(1600));
  });

  it('tells that there are no credentials', async () => {
    const client = new TranscribeStreamingClient({
      region: LOCAL_REGION,
      endpoint: 'http://127.0.0.1:9',
      credentials: () =>
        Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
    });
    const openSession = leanSessions({ client, clock: systemClock, ticker: new Ticker(20) });

    await expect(readIds(openSession(SETTINGS), 1)).rejects.toMatchObject({ retryable: true });
  });
});
