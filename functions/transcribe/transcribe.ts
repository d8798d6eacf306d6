import { Ticker, systemClock, type Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { OpenSession, SessionSettings } from '../worker/transcribe/session';
import { AudioFeed } from './audio-feed';
import type { TranscribeEvent } from './events';
import { EventBuffer } from './event-buffer';
import { hear } from './hear';
import { checkedOptions, type CheckedOptions, type TranscribeOptions } from './options';
import { patientSessions } from './patience';
import { connectService, type Service, type ServiceConfig } from './service';
import { Transcription } from './transcription';

/** How a transcription is run; everything has a default. */
export interface RunOptions extends ServiceConfig {
  /** Ends it at once; reading the events then throws `aborted`. */
  readonly signal?: AbortSignal;
  /** Send audio no faster than it was spoken; for files that someone follows. */
  readonly pace?: boolean;
  /** How long failures in a row may go on before the last one is thrown; 60 s. */
  readonly patienceMs?: number;
  /** Told every failure that another session is going to heal. */
  readonly onRetry?: (reason: CallscribeError) => void;
  /** When the first sample was spoken; when it came, if absent. */
  readonly startTime?: Date;
  /** Length of the pieces that are sent, 20 to 1000; 100. */
  readonly chunkMs?: number;
  /** Without audio for so long the session is ended, and the next audio opens another; 10 s. */
  readonly idleEndMs?: number;
  /** How far audio may be sent ahead of the clock; 30 s. */
  readonly maxLeadMs?: number;
  /** How much audio the service takes in one session; 4 hours. */
  readonly sessionLimitMs?: number;
  /** What counts as silence, in dB below full scale; -60. */
  readonly silenceDbfs?: number;
  /** End the session after so much silence on all channels; sound opens another. Never. */
  readonly suspendSilenceMs?: number | null;
  /** Opens the sessions in the place of Amazon Transcribe. */
  readonly openSession?: OpenSession;
  readonly clock?: Clock;
  readonly random?: () => number;
}

const DEFAULTS = {
  pace: false,
  patienceMs: 60_000,
  chunkMs: 100,
  idleEndMs: 10_000,
  // The service refuses frames that wait for five minutes, and must have answered what it was sent
  // within a minute of the end: this is far from both.
  maxLeadMs: 30_000,
  sessionLimitMs: 4 * 3_600_000,
  silenceDbfs: -60,
  suspendSilenceMs: null,
} as const;

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
  const checked = checkedOptions(options);
  return new Transcription(() => events(audio, checked, run));
}

/** Runs until the end, the first final failure, the abort, or until nobody reads any more. */
async function* events(
  audio: AsyncIterable<Uint8Array>,
  checked: CheckedOptions,
  run: RunOptions,
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
  readonly run: RunOptions;
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
    chunkMs: run.chunkMs ?? DEFAULTS.chunkMs,
    pace: run.pace ?? DEFAULTS.pace,
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
        patienceMs: run.patienceMs ?? DEFAULTS.patienceMs,
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

async function openService(run: RunOptions, clock: Clock, ticker: Ticker): Promise<Service> {
  const { openSession } = run;
  if (openSession === undefined) return connectService(run, clock, ticker);
  return { openSession, credentialsDeadlineMs: () => null, close: () => undefined };
}

function hearOptions(run: RunOptions, clock: Clock) {
  return {
    clock,
    random: run.random ?? Math.random,
    startTimeMs: run.startTime?.getTime(),
    idleEndMs: run.idleEndMs ?? DEFAULTS.idleEndMs,
    sessionLimitMs: run.sessionLimitMs ?? DEFAULTS.sessionLimitMs,
    maxLeadMs: run.maxLeadMs ?? DEFAULTS.maxLeadMs,
    silenceDbfs: run.silenceDbfs ?? DEFAULTS.silenceDbfs,
    suspendAfterMs: run.suspendSilenceMs ?? DEFAULTS.suspendSilenceMs,
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
