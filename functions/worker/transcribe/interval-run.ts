import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { backoffMs } from '../../../shared/retry';
import type { AudioChunk } from '../audio/chunk-grid';
import type { AudioCursor, AudioWindow } from './audio-window';
import type { OpenSession, SessionSettings, TranscribeSession } from './session';
import type { SessionEnd, TranscribeItem } from './transcribe-item';

/** A replay begins so much before the mark, so that no word is met in its middle. */
export const REPLAY_LEAD_MS = 2_000;
/** Transcribe bills at least so much per session (PROTOCOLS C4). */
const MIN_BILLED_SECONDS = 15;

/** One session's part [from, to) of the timeline; `to` is set when it is known. */
export class Interval {
  to: number | undefined;
  end: SessionEnd = 'idle';

  constructor(readonly from: number) {}
}

export interface RunDeps {
  readonly window: AudioWindow;
  readonly openSession: OpenSession;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Marks per channel, up to date with everything that was emitted and acknowledged. */
  marks(): readonly number[];
  nextOrdinal(): number;
  /** Waits until the account's start rate allows another session. */
  mayStart(signal: AbortSignal): Promise<void>;
  emit(item: TranscribeItem): Promise<void>;
  /** Resolves when everything emitted so far has been written down. */
  settled(): Promise<void>;
}

/** The audio that a session needs has left the window: read again from the log's checkpoint. */
export class AudioGoneError extends CallscribeError {
  constructor() {
    super('session-failed', 'the audio to replay has left memory; it is read again from KVS', {
      retryable: true,
    });
    this.name = 'AudioGoneError';
  }
}

/**
 * Hears one interval to its end, over as many sessions as it takes. `turn` resolves when the
 * interval before is done: audio is sent before that, results are passed on only after.
 */
export async function runInterval(
  interval: Interval,
  turn: Promise<void>,
  deps: RunDeps,
): Promise<void> {
  let isHead = false;
  const head = turn.then(async () => {
    isHead = true;
    await deps.emit({ type: 'interval', fromSample: interval.from });
  });
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) {
      await head;
      await deps.settled();
      await deps.clock.sleep(backoffMs(attempt - 1, deps.random), deps.signal);
    }
    await deps.mayStart(deps.signal);
    if (deps.signal.aborted) throw new CallscribeError('aborted', 'the session was stopped');
    const attemptRun = new SessionAttempt(interval, deps, () => isHead);
    const failure = await attemptRun.run(head);
    if (failure === undefined) break;
    if (deps.signal.aborted) throw new CallscribeError('aborted', 'the session was stopped');
    if (!failure.retryable) throw failure;
  }
  await deps.emit({ type: 'interval-done', toSample: interval.to ?? interval.from });
}

class SessionAttempt {
  readonly #cursor: AudioCursor;
  readonly #startSample: number;
  readonly #session: TranscribeSession;
  readonly #ordinal: number;
  #sentSamples = 0;
  #over = false;

  constructor(
    private readonly interval: Interval,
    private readonly deps: RunDeps,
    private readonly isHead: () => boolean,
  ) {
    const { window, settings } = deps;
    const lead = this.#samples(REPLAY_LEAD_MS);
    const wanted = Math.max(interval.from, Math.min(...deps.marks()) - lead);
    const cursor = window.cursor(wanted);
    if (cursor === undefined) throw new AudioGoneError();
    this.#cursor = cursor;
    this.#startSample = window.chunkAt(wanted)?.startSample ?? wanted;
    this.#ordinal = deps.nextOrdinal();
    this.#session = deps.openSession(settings);
  }

  /** Undefined when the interval was heard to its end, else what went wrong. */
  async run(head: Promise<void>): Promise<CallscribeError | undefined> {
    const stop = () => this.#session.abort();
    this.deps.signal.addEventListener('abort', stop, { once: true });
    try {
      const writing = this.#write();
      const reading = this.#read(head).finally(() => this.#stopWriting());
      await Promise.all([writing, reading]);
      await this.#report(this.interval.end);
      return undefined;
    } catch (reason) {
      const error = CallscribeError.from(reason);
      if (this.deps.signal.aborted) return error;
      await head;
      await this.#report('failed', error);
      return error;
    } finally {
      this.deps.signal.removeEventListener('abort', stop);
      this.#stopWriting();
      this.#session.abort();
      this.#cursor.release();
    }
  }

  async #write(): Promise<void> {
    const { window } = this.deps;
    while (!this.#over && !this.deps.signal.aborted) {
      const chunk = window.chunkAt(this.#cursor.position);
      const { to } = this.interval;
      if (to !== undefined && (chunk === undefined || chunk.startSample >= to)) {
        if (this.#cursor.position >= to || chunk !== undefined) break;
      }
      if (chunk === undefined) {
        await window.changed();
        continue;
      }
      this.#cursor.take();
      this.#sentSamples += chunk.sampleCount;
      await this.#session.write(this.#withoutKnownPart(chunk));
      if (this.isHead()) {
        await this.deps.emit({ type: 'sent', toSample: this.#cursor.position });
      }
    }
    if (!this.#over) this.#session.end();
  }

  /** Results wait for their turn; unread, they hold the service back by flow control. */
  async #read(head: Promise<void>): Promise<void> {
    for await (const results of this.#session.results) {
      await head;
      await this.deps.emit({
        type: 'results',
        place: {
          ordinal: this.#ordinal,
          startSample: this.#startSample,
          ownsTo: this.interval.to ?? Infinity,
        },
        results,
      });
    }
    await head;
  }

  #stopWriting(): void {
    this.#over = true;
    this.deps.window.notify();
  }

  /** What lies well before a channel's mark is silenced: its words are in the log. */
  #withoutKnownPart(chunk: AudioChunk): Uint8Array {
    const { channelCount } = this.deps.settings;
    const lead = this.#samples(REPLAY_LEAD_MS);
    let bytes = chunk.bytes;
    this.deps.marks().forEach((mark, channel) => {
      const known = Math.min(mark - lead - chunk.startSample, chunk.sampleCount);
      if (known <= 0) return;
      if (bytes === chunk.bytes) bytes = bytes.slice();
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
      for (let i = 0; i < known; i++) samples[i * channelCount + channel] = 0;
    });
    return bytes;
  }

  #report(end: SessionEnd, error?: CallscribeError): Promise<void> {
    const seconds = Math.ceil(this.#sentSamples / this.deps.settings.sampleRateHz);
    return this.deps.emit({
      type: 'session',
      ordinal: this.#ordinal,
      startSample: this.#startSample,
      endSample: this.#cursor.position,
      billedSeconds: this.#sentSamples === 0 ? 0 : Math.max(MIN_BILLED_SECONDS, seconds),
      end,
      ...(error === undefined ? {} : { code: error.code }),
    });
  }

  #samples(ms: number): number {
    return (ms * this.deps.settings.sampleRateHz) / 1000;
  }
}
