import { Ticker, systemClock, type Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { SessionSettings } from '../worker/transcribe/session';
import { AudioFeed } from './audio-feed';
import type { TranscribeEvent } from './events';
import { EventBuffer } from './event-buffer';
import { hear } from './hear';
import { checkedOptions, type CheckedOptions, type TranscribeOptions } from './options';
import { patientSessions } from './patience';
import { checkedRun, type CheckedRun, type RunOptions } from './run-options';
import { connectService, type Service } from './service';
import { Transcription } from './transcription';

/** How often sessions are looked after while nothing comes; the end may wait for so long. */
const TICK_MS = 250;

/**
 * Transcribes audio while it comes. Takes input in pieces of any size and gives typed events, to
 * be iterated or handed to handlers; nothing happens before one of both begins. Sessions are
 * replaced before their limit and their credentials end, and after failures, without a word lost
 * or given twice; the input is pulled no faster than it can be sent.
 *
 * Throws `bad-request` at once for options that cannot be. Reading the events throws what no
 * further session can heal: `access-denied`, `session-refused`, `quota-exceeded` …, `aborted`, and
 * whatever the input throws.
 */
export function transcribe(
  audio: AsyncIterable<Uint8Array>,
  options: TranscribeOptions,
  run: RunOptions = {},
): Transcription {
  if (!isAsyncIterable(audio)) {
    throw new CallscribeError(
      'bad-request',
      'the audio must be an AsyncIterable of bytes, such as a stream or a generator; for one ' +
        'buffer, for example Readable.from([buffer])',
    );
  }
  const checked = checkedOptions(options);
  const how = checkedRun(run);
  return new Transcription(() => events(audio, checked, how));
}

/** Runs until the end, the first final failure, the abort, or until nobody reads any more. */
async function* events(
  audio: AsyncIterable<Uint8Array>,
  checked: CheckedOptions,
  run: CheckedRun,
): AsyncGenerator<TranscribeEvent> {
  const stop = new AbortController();
  const given = run.signal === undefined ? [] : [run.signal];
  const signal = AbortSignal.any([stop.signal, ...given]);
  const buffer = new EventBuffer();
  const work = pump(audio, buffer, { checked, run, signal });
  try {
    for (;;) {
      const event = await buffer.take();
      if (event === undefined) return;
      if (signal.aborted) throw aborted(signal);
      yield event;
    }
  } finally {
    stop.abort();
    buffer.close();
    await work;
  }
}

interface Pumped {
  readonly checked: CheckedOptions;
  readonly run: CheckedRun;
  readonly signal: AbortSignal;
}

/** Fills the buffer to its end; whatever was opened for it is let go of then. Never rejects. */
async function pump(
  audio: AsyncIterable<Uint8Array>,
  buffer: EventBuffer,
  { checked, run, signal }: Pumped,
): Promise<void> {
  const { clock = systemClock } = run;
  const over = new AbortController();
  const feed = new AudioFeed(audio, {
    format: checked.format,
    chunkMs: run.chunkMs,
    pace: run.pace ?? false,
    clock,
  });
  const close = () => feed.close();
  signal.addEventListener('abort', close, { once: true });
  let service: Service | undefined;
  try {
    if (signal.aborted) throw aborted(signal);
    const ticker = new Ticker(TICK_MS, stoppable(clock, over.signal));
    service = await openService(run, clock, ticker);
    const heard = hear({
      ...hearOptions(run, clock),
      feed,
      settings: sessionSettings(checked),
      openSession: patientSessions(service.openSession, {
        patienceMs: run.patienceMs,
        clock,
        onRetry: run.onRetry,
      }),
      ticker,
      signal,
      credentialsDeadlineMs: service.credentialsDeadlineMs,
    });
    for await (const event of heard) await buffer.push(event);
    buffer.close();
  } catch (reason) {
    buffer.fail(signal.aborted ? aborted(signal) : reason);
  } finally {
    signal.removeEventListener('abort', close);
    feed.close();
    service?.close();
    over.abort();
  }
}

async function openService(run: CheckedRun, clock: Clock, ticker: Ticker): Promise<Service> {
  const { openSession } = run;
  if (openSession === undefined) return connectService(run, clock, ticker);
  return { openSession, credentialsDeadlineMs: () => null, close: () => undefined };
}

function hearOptions(run: CheckedRun, clock: Clock) {
  return {
    clock,
    random: run.random ?? Math.random,
    startTimeMs: run.startTime?.getTime(),
    idleEndMs: run.idleEndMs,
    sessionLimitMs: run.sessionLimitMs,
    maxLeadMs: run.maxLeadMs,
    silenceDbfs: run.silenceDbfs,
    suspendAfterMs: run.suspendSilenceMs ?? null,
  };
}

function sessionSettings({ format, service }: CheckedOptions): SessionSettings {
  return {
    sampleRateHz: format.sampleRateHz,
    channelCount: format.channels,
    language: service.language ?? '',
    options: service,
  };
}

/** A clock whose sleepers are let go of when all is over: no timer keeps the process alive. */
function stoppable(clock: Clock, over: AbortSignal): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    epochMs: () => clock.epochMs(),
    // Who goes to sleep after the end is not woken: a ticker would turn without a pause.
    sleep: (ms) => (over.aborted ? new Promise(() => undefined) : clock.sleep(ms, over)),
  };
}

function aborted(signal: AbortSignal): CallscribeError {
  return new CallscribeError('aborted', 'the transcription was stopped', { cause: signal.reason });
}

/** Who writes JavaScript is told by nobody else. */
function isAsyncIterable(audio: unknown): boolean {
  return typeof audio === 'object' && audio !== null && Symbol.asyncIterator in audio;
}
