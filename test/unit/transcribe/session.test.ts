import type { Result, TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { createTonesEngine } from '../../../local/recognisers/tones';
import type { RecogniserEngine } from '../../../local/recognisers/recogniser';
import { FaultBoard, type Fault } from '../../../local/faults/fault-board';
import { leanSessions } from '../../../functions/worker/transcribe/lean/open-lean-session';
import { openSdkSession } from '../../../functions/worker/transcribe/sdk-session';
import type {
  SessionSettings,
  TranscribeSession,
} from '../../../functions/worker/transcribe/session';
import { systemClock, Ticker, type Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { until } from '../../support/until';
import { chunks, interleave, sleep, TestBench, tones } from '../local-transcribe/sdk-client';

const SYMBOLS = '1234567890';
const MONO = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;
/** A thousand times as fast: the session's deadlines are 30 and 60 ms. */
const hasty: Clock = {
  ...systemClock,
  monotonicMs: () => systemClock.monotonicMs() * 1000,
  sleep: (ms, signal) => systemClock.sleep(ms / 1000, signal),
};

const ignore = () => undefined;
const bench = new TestBench();
afterEach(() => bench.close());

/** Both ways to have a session: everything below holds for each of them. */
const WRITERS = ['lean', 'sdk'] as const;
let writer: (typeof WRITERS)[number] = 'lean';

async function openWith(fault?: Fault, clock = systemClock, settings: SessionSettings = MONO) {
  const faults = new FaultBoard();
  if (fault !== undefined) faults.arm(fault);
  const standIn = await bench.start({ faults });
  return { session: open(bench.client(standIn), clock, settings), standIn };
}

function open(client: TranscribeStreamingClient, clock: Clock, settings: SessionSettings) {
  if (writer === 'sdk') return openSdkSession(client, settings, clock);
  return leanSessions({ client, clock, ticker: new Ticker(20_000, hasty) })(settings);
}

/** Sends everything, some twenty times as fast as it was said, and the end frame after it. */
async function speak(session: TranscribeSession, samples = tones(SYMBOLS).samples): Promise<void> {
  for await (const bytes of chunks(samples, 400)) {
    await session.write(bytes);
    await sleep(2);
  }
  session.end();
}

async function symbolsOf(session: TranscribeSession, channelId?: string): Promise<string> {
  const heard: Result[] = [];
  for await (const results of session.results) heard.push(...results);
  return heard
    .filter((result) => result.IsPartial === false && result.ChannelId === channelId)
    .map((result) => result.Alternatives?.[0]?.Transcript?.replaceAll(' ', ''))
    .join('');
}

/** What a session ends with that is spoken to meanwhile. */
async function failureOf(session: TranscribeSession): Promise<CallscribeError> {
  const [heard] = await Promise.allSettled([symbolsOf(session), speak(session)]);
  if (heard.status === 'fulfilled') throw new Error('the session ended well');
  if (!(heard.reason instanceof CallscribeError)) throw new Error('no CallscribeError');
  return heard.reason;
}

describe.each(WRITERS)('a session of the %s writer', (name) => {
  beforeEach(() => {
    writer = name;
  });

  it('hears everything and ends after the end frame', async () => {
    const { session, standIn } = await openWith();

    const [heard] = await Promise.all([symbolsOf(session), speak(session)]);

    expect(heard).toBe(SYMBOLS);
    expect(await session.accepted).toBe(true);
    expect(standIn.sessions()).toMatchObject([{ endedBy: 'complete' }]);
  });

  it('leaves partial results out when they are not wanted, but tells that there were some', async () => {
    const { session } = await openWith(undefined, systemClock, { ...MONO, partials: false });
    const batches: (readonly Result[])[] = [];
    const heard = (async () => {
      for await (const results of session.results) batches.push(results);
    })();

    await speak(session);
    await heard;

    const results = batches.flat();
    expect(results.length).toBeGreaterThan(0);
    expect(results.every((result) => result.IsPartial === false)).toBe(true);
    expect(batches.some((batch) => batch.length === 0)).toBe(true);
  });

  it('hears two channels apart', async () => {
    const settings = { ...MONO, channelCount: 2 } as const;
    const { session } = await openWith(undefined, systemClock, settings);
    const both = interleave(tones('123').samples, tones('789').samples);

    const [caller] = await Promise.all([symbolsOf(session, 'ch_0'), speak(session, both)]);

    expect(caller).toBe('123');
  });

  it.each([
    ['refuse-internal-failure', 'session-failed'],
    ['refuse-service-unavailable', 'session-failed'],
    ['refuse-limit-exceeded', 'quota-exceeded'],
    ['refuse-conflict', 'session-failed'],
    ['credentials-rotated', 'access-denied'],
  ])('is not accepted when refused: %s is %s, and another may do', async (kind, code) => {
    const { session, standIn } = await openWith({ kind });

    const failure = await failureOf(session);

    expect(failure).toMatchObject({ code, retryable: true });
    expect(await session.accepted).toBe(false);
    expect(standIn.counters().active).toBe(0);
  });

  it.each([
    ['internal-failure', 'session-failed'],
    ['service-unavailable', 'session-failed'],
    ['limit-exceeded', 'quota-exceeded'],
    ['conflict', 'session-failed'],
    ['bad-request-idle', 'session-failed'],
    ['bad-request-too-big', 'session-failed'],
    ['signature-expired', 'session-failed'],
    ['rst-stream', 'session-failed'],
    ['fin', 'session-failed'],
    ['tcp-reset', 'session-failed'],
    ['goaway-error', 'session-failed'],
    ['truncated-event', 'session-failed'],
  ])('takes %s in its middle for %s, and another may do', async (kind, code) => {
    const { session, standIn } = await openWith({ kind, settings: { afterMs: 300 } });

    const failure = await failureOf(session);

    expect(failure).toMatchObject({ code, retryable: true });
    await until(() => standIn.counters().active === 0);
  });

  it.each([
    ['goaway', { afterMs: 300 }],
    ['results-late', { delayMs: 300 }],
    ['first-event-late', { delayMs: 300 }],
  ])('loses nothing to %s', async (kind, settings) => {
    const { session } = await openWith({ kind, settings });

    const [heard] = await Promise.all([symbolsOf(session), speak(session)]);

    expect(heard).toBe(SYMBOLS);
  });

  it('gives up when the service does not accept it in time', async () => {
    const fault = { kind: 'first-event-late', settings: { delayMs: 20_000 } };
    const { session, standIn } = await openWith(fault, hasty);

    const failure = await failureOf(session);

    expect(failure).toMatchObject({ code: 'session-failed', retryable: true });
    expect(await session.accepted).toBe(false);
    await until(() => standIn.counters().active === 0);
  });

  it('gives up when the service does not end after the end frame', async () => {
    const { session, standIn } = await openWith({ kind: 'stall' }, hasty);

    const failure = await failureOf(session);

    expect(failure).toMatchObject({ code: 'session-failed', retryable: true });
    await until(() => standIn.counters().active === 0);
  });

  it('leaves nothing open when it is aborted, and lets its writer go', async () => {
    const { session, standIn } = await openWith({ kind: 'stall' });
    const heard = symbolsOf(session);
    heard.catch(() => undefined);
    await session.write(new Uint8Array(1600));
    await until(() => (standIn.sessions()[0]?.audioMs ?? 0) >= 100);

    session.abort();

    await expect(heard).rejects.toMatchObject({ code: 'session-failed', retryable: true });
    await session.write(new Uint8Array(1600));
    await until(() => standIn.counters().active === 0);
  });

  it('does not begin at all when it is aborted first', async () => {
    const { session } = await openWith();

    session.abort();

    await expect(symbolsOf(session)).rejects.toMatchObject({ code: 'session-failed' });
    expect(await session.accepted).toBe(false);
  });

  it('makes its writer wait while the service does not take audio', async () => {
    const deaf: RecogniserEngine = {
      ...createTonesEngine(),
      open: () => ({ push: () => new Promise(() => undefined), finish: ignore, close: ignore }),
    };
    const standIn = await bench.start({ engine: deaf });
    const session = open(bench.client(standIn), systemClock, MONO);
    symbolsOf(session).catch(ignore);
    let written = 0;
    const writing = (async () => {
      for (; written < 1000; written++) await session.write(new Uint8Array(1600));
    })();

    await sleep(60);

    expect(written).toBeLessThan(250);
    session.abort();
    await writing;
  });

  it('quotes neither credentials nor what the service said', async () => {
    const { session } = await openWith({ kind: 'bad-request-too-big' });

    const { message } = await failureOf(session);

    expect(message).toMatch(/^Amazon Transcribe: BadRequestException \(/);
    expect(message).not.toMatch(/stream is too big/);
  });
});
