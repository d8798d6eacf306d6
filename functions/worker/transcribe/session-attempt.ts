import { CallscribeError } from '../../../shared/errors';
import { isSilent, type AudioChunk } from '../audio/chunk-grid';
import type { AudioCursor } from './audio-window';
import { billedSeconds } from './billed-seconds';
import type { Interval } from './interval';
import type { RunDeps } from './run-deps';
import type { TranscribeSession } from './session';
import type { SessionEnd } from './transcribe-item';

/** A replay begins so much before the mark, so that no word is met in its middle. */
export const REPLAY_LEAD_MS = 2_000;

/**
 * A session that was sent everything holds its last audio for another one, and with it the sessions
 * behind it, which the service ends after 15 s without audio. One that still hears what it was sent
 * while the call caught up takes longer; should it fail, its audio is read again from KVS.
 */
const HOLD_MS = 10_000;

/** The audio that a session needs has left the window: read again from the log's checkpoint. */
export class AudioGoneError extends CallscribeError {
  constructor() {
    super('session-failed', 'the audio to replay has left memory; it is read again from KVS', {
      retryable: true,
    });
    this.name = 'AudioGoneError';
  }
}

/** Where a session of this interval has to begin, by what is in the log now. */
export function replayFrom(interval: Interval, deps: RunDeps): number {
  const lead = (REPLAY_LEAD_MS * deps.settings.sampleRateHz) / 1000;
  const earliest = Math.max(0, interval.from - interval.overlapBefore);
  return Math.max(earliest, Math.min(...deps.marks()) - lead);
}

/** One session of an interval, from its first chunk to its end or failure. */
export class SessionAttempt {
  readonly #cursor: AudioCursor;
  readonly #held: AudioCursor | undefined;
  /** Of the first chunk, once it is sent: there may be a hole before it. */
  #startSample: number;
  readonly #session: TranscribeSession;
  readonly #ordinal: number;
  #sentSamples = 0;
  /** When it had been sent everything. */
  #writtenMs = Infinity;
  readonly #over = new AbortController();
  /** End of the last sound that was sent. */
  #soundTo: number | undefined;
  #isAccepted = false;
  #stalled = false;
  #heardSomething = false;

  constructor(
    private readonly interval: Interval,
    private readonly deps: RunDeps,
    private readonly isHead: () => boolean,
  ) {
    const { window, settings } = deps;
    const wanted = replayFrom(interval, deps);
    const cursor = window.cursor(wanted);
    if (cursor === undefined) throw new AudioGoneError();
    this.#cursor = cursor;
    this.#startSample = wanted;
    this.#ordinal = deps.nextOrdinal();
    this.#session = deps.openSession({ ...settings, ordinal: this.#ordinal });
    // Until the service has accepted the session, all of its audio is held for another one.
    this.#held = window.cursor(wanted);
    void this.#session.accepted.then((accepted) => {
      if (accepted) this.#begins();
    });
  }

  /** Whether the session gave a result: the next failure is then a first one. */
  get heardSomething(): boolean {
    return this.#heardSomething;
  }

  /**
   * Undefined when the session came to its proper end, else what went wrong; `onEnd` is called
   * first, while this session still holds its audio.
   */
  async run(head: Promise<void>, onEnd: () => void): Promise<CallscribeError | undefined> {
    const stop = () => this.#session.abort();
    this.deps.signal.addEventListener('abort', stop, { once: true });
    try {
      const writing = Promise.all([this.#write(), this.#watch(head)]);
      const reading = this.#read(head).finally(() => this.#stopWriting());
      const [heard] = await Promise.allSettled([reading, writing]);
      if (heard.status === 'rejected') throw heard.reason;
      onEnd();
      await this.#report(this.interval.end);
      return undefined;
    } catch (reason) {
      const error = CallscribeError.from(reason);
      if (this.deps.signal.aborted) return error;
      onEnd();
      await head;
      await this.#report(this.#stalled ? 'stalled' : 'failed', error);
      if (this.#stalled) await this.#passOver(this.deps.stalls.gaveUp());
      return error;
    } finally {
      this.deps.signal.removeEventListener('abort', stop);
      this.#stopWriting();
      this.#session.abort();
      this.#cursor.release();
      this.#held?.release();
    }
  }

  #begins(): void {
    this.#isAccepted = true;
    this.#held?.release();
    this.#listen();
  }

  /** From when it has both been accepted and its turn, the service should answer to sound. */
  #listen(): void {
    if (!this.#isAccepted || !this.isHead()) return;
    if (this.#soundTo !== undefined) this.deps.stalls.sound(this.#soundTo);
  }

  async #write(): Promise<void> {
    const { window, signal, stalls, silencePeak } = this.deps;
    const startedMs = this.deps.clock.monotonicMs();
    while (!this.#over.signal.aborted && !signal.aborted) {
      const chunk = window.chunkAt(this.#cursor.position);
      if (this.#isPastEnd(chunk)) break;
      if (chunk === undefined) {
        await window.changed();
        continue;
      }
      const aheadMs = this.#aheadMs(startedMs);
      if (aheadMs > 0) await this.deps.clock.sleep(aheadMs, this.#over.signal);
      if (this.#sentSamples === 0) this.#startSample = chunk.startSample;
      this.#cursor.pass(chunk);
      this.#sentSamples += chunk.sampleCount;
      const isLoud = !isSilent(chunk, silencePeak);
      const taken = this.#session.write(this.#withoutKnownPart(chunk));
      this.#tellSent(chunk);
      if (taken !== undefined) await taken;
      if (isLoud) this.#soundTo = this.#cursor.position;
      if (!this.isHead()) continue;
      if (this.#isAccepted && this.#soundTo === this.#cursor.position) stalls.sound(this.#soundTo);
      const emitted = this.deps.emit({ type: 'sent', toSample: this.#cursor.position });
      if (emitted !== undefined) await emitted;
    }
    if (this.#over.signal.aborted) return;
    this.#session.end();
    this.#writtenMs = this.deps.clock.monotonicMs();
  }

  /** What had to wait for its session, or is sent again, says nothing of how the worker keeps up. */
  #tellSent({ availableMs = NaN }: AudioChunk): void {
    const isNewest = this.#cursor.position === this.deps.window.end;
    if (isNewest && !Number.isNaN(availableMs)) this.deps.onSent?.(availableMs);
  }

  #isPastEnd(chunk: AudioChunk | undefined): boolean {
    const { to, sendTo } = this.interval;
    if (to === undefined || sendTo === undefined) return false;
    if (chunk !== undefined) return chunk.startSample >= sendTo;
    // The overlap is sent as far as it comes; the interval itself is sent whole.
    return this.#cursor.position >= (this.deps.expectsAudio() ? sendTo : to);
  }

  /**
   * How long to wait before more is sent: frames that run ahead of the clock grow old in the
   * service's queue and are refused.
   */
  #aheadMs(startedMs: number): number {
    const { clock, maxLeadMs, settings } = this.deps;
    const sentMs = (this.#sentSamples / settings.sampleRateHz) * 1000;
    return sentMs - (clock.monotonicMs() - startedMs) - maxLeadMs;
  }

  /** Gives the session up when it has nothing to say to sound for too long; until it is over. */
  #watch(head: Promise<void>): Promise<void> {
    const { clock, stalls, ticker } = this.deps;
    head.then(
      () => {
        stalls.begin();
        this.#listen();
      },
      () => undefined,
    );
    const over = this.#over.signal;
    return new Promise((resolve) => {
      const stop = ticker.listen(() => {
        if (over.aborted) return;
        if (clock.monotonicMs() - this.#writtenMs >= HOLD_MS) this.#cursor.release();
        if (!this.isHead() || !stalls.stalled) return;
        this.#stalled = true;
        this.#session.abort();
        end();
      });
      const end = () => {
        stop();
        resolve();
      };
      if (over.aborted) end();
      else over.addEventListener('abort', end, { once: true });
    });
  }

  async #passOver(toSample: number | undefined): Promise<void> {
    if (toSample === undefined) return;
    await this.deps.emit({ type: 'interval', fromSample: toSample });
  }

  /** Results wait for their turn; unread, they hold the service back by flow control. */
  async #read(head: Promise<void>): Promise<void> {
    let hasTurn = false;
    for await (const results of this.#session.results) {
      if (!hasTurn) await head;
      hasTurn = true;
      this.#heardSomething = true;
      this.deps.stalls.result();
      if (results.length === 0) continue;
      const emitted = this.deps.emit({
        type: 'results',
        place: {
          ordinal: this.#ordinal,
          startSample: this.#startSample,
          ownsTo: this.interval.to ?? Infinity,
        },
        results,
      });
      if (emitted !== undefined) await emitted;
    }
    await head;
  }

  #stopWriting(): void {
    this.#over.abort();
    this.deps.window.notify();
  }

  /** What lies well before a channel's mark is silenced: its words are in the log. */
  #withoutKnownPart(chunk: AudioChunk): Uint8Array {
    const { channelCount, sampleRateHz } = this.deps.settings;
    const lead = (REPLAY_LEAD_MS * sampleRateHz) / 1000;
    const marks = this.deps.marks();
    const whole = chunk.bytes;
    let bytes = whole;
    for (let channel = 0; channel < marks.length; channel++) {
      const known = Math.min(marks[channel]! - lead - chunk.startSample, chunk.sampleCount);
      if (known <= 0) continue;
      if (bytes === whole) bytes = whole.slice();
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
      for (let i = 0; i < known; i++) samples[i * channelCount + channel] = 0;
    }
    return bytes;
  }

  #report(end: SessionEnd, error?: CallscribeError): Promise<void> | undefined {
    return this.deps.emit({
      type: 'session',
      ordinal: this.#ordinal,
      startSample: this.#startSample,
      endSample: this.#cursor.position,
      billedSeconds: billedSeconds(this.#sentSamples, this.deps.settings.sampleRateHz),
      end,
      ...(error === undefined ? {} : { code: error.code }),
    });
  }
}
