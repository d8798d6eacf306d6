import type { Result } from '@aws-sdk/client-transcribe-streaming';

import type {
  SessionSettings,
  TranscribeSession,
} from '../../../functions/worker/transcribe/session';
import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { Mailbox } from '../../../shared/mailbox';
import { RATE_HZ, type Talk } from './coded-audio';
import { CodedEar } from './coded-ear';

/** How one session goes; everything left out goes well. */
export interface SessionPlan {
  readonly acceptAfterMs?: number;
  readonly resultsAfterMs?: number;
  /** How fast it hears what it is sent; Infinity by default. */
  readonly hearingSpeed?: number;
  /** Refused instead of accepted. */
  readonly refusal?: 'quota-exceeded' | 'session-failed' | 'session-refused';
  /** Breaks after so much audio. */
  readonly failAfterMs?: number;
  /** Breaks when it has been sent everything, before its last results. */
  readonly failAtFlush?: boolean;
  /** Goes away in order when it has been sent everything, without its last results. */
  readonly leavesAtFlush?: boolean;
  /** Takes audio, says nothing of it, and ends in order. */
  readonly isDeaf?: boolean;
  /** Takes audio and never says anything. */
  readonly stalls?: boolean;
}

export interface FakeServiceOptions {
  readonly talk: Talk;
  readonly clock: Clock;
  readonly plan: (index: number) => SessionPlan;
  /** Audio that one session takes. */
  readonly limitMs?: number;
}

/** The service ends a session that gets no audio for so long (PROTOCOLS C4). */
const STARVED_MS = 15_000;
/** Chunks that wait before the session is accepted; then its writer waits. */
const QUEUED = 5;

/** Opens sessions that hear a `Talk` exactly, as far as they are sent it, and fail as planned. */
export class FakeService {
  readonly sessions: FakeSession[] = [];
  /** The most that were open at the same time. */
  mostOpen = 0;

  constructor(private readonly options: FakeServiceOptions) {}

  readonly open = (settings: SessionSettings): TranscribeSession => {
    const session = new FakeSession(this.options, settings, this.sessions.length);
    this.sessions.push(session);
    this.mostOpen = Math.max(this.mostOpen, this.openNow);
    return session;
  };

  get openNow(): number {
    return this.sessions.filter((session) => !session.isOver).length;
  }
}

class FakeSession implements TranscribeSession {
  isOver = false;
  isAccepted = false;
  receivedMs = 0;
  /** How it ended, when it was the service's doing. */
  complaint: string | undefined;
  readonly accepted: Promise<boolean>;
  readonly results: AsyncIterable<readonly Result[]>;
  readonly #output = new Mailbox<readonly Result[]>();
  readonly #ear: CodedEar;
  readonly #plan: SessionPlan;
  readonly #over = new AbortController();
  #accept: (accepted: boolean) => void = () => undefined;
  #queued = 0;
  #lastAudioMs: number;
  /** When it will have heard what it was sent. */
  #heardAtMs = 0;
  #results: Promise<void>;

  constructor(
    private readonly options: FakeServiceOptions,
    private readonly settings: SessionSettings,
    index: number,
  ) {
    this.#plan = options.plan(index);
    this.#ear = new CodedEar(options.talk, `s${index}`);
    this.#lastAudioMs = options.clock.monotonicMs();
    this.accepted = new Promise((resolve) => (this.#accept = resolve));
    this.results = this.#output;
    this.#results = this.#begin();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.isOver) return;
    this.#hear(bytes);
    this.#queued += 1;
    if (!this.isAccepted && this.#queued >= QUEUED) await this.accepted;
  }

  end(): void {
    if (this.isOver) return;
    if (this.#plan.failAtFlush === true) this.#later(() => this.#fail('session-failed'));
    if (this.#plan.stalls === true) return;
    if (this.#plan.leavesAtFlush !== true) this.#say(this.#ear.flush());
    this.#later(() => {
      this.#close();
      this.#output.close();
    });
  }

  abort(): void {
    if (!this.isOver) this.#fail('session-failed');
  }

  /** Mishearings that no loss of audio explains. */
  get nonsense(): readonly string[] {
    return this.#ear.nonsense;
  }

  async #begin(): Promise<void> {
    const { refusal, acceptAfterMs = 0 } = this.#plan;
    await this.#sleep(acceptAfterMs);
    if (this.isOver) return;
    if (refusal !== undefined) return this.#fail(refusal);
    this.isAccepted = true;
    this.#lastAudioMs = this.options.clock.monotonicMs();
    this.#accept(true);
  }

  #hear(bytes: Uint8Array): void {
    const { limitMs = Infinity, clock } = this.options;
    if (clock.monotonicMs() - this.#lastAudioMs > STARVED_MS) this.#complain('starved');
    this.#lastAudioMs = clock.monotonicMs();
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    const lengthMs = (samples.length / this.settings.channelCount) * (1000 / RATE_HZ);
    this.receivedMs += lengthMs;
    const from = Math.max(this.#heardAtMs, clock.monotonicMs());
    this.#heardAtMs = from + lengthMs / (this.#plan.hearingSpeed ?? Infinity);
    if (this.receivedMs > limitMs) this.#complain('too long');
    if (this.receivedMs > (this.#plan.failAfterMs ?? Infinity)) this.#fail('session-failed');
    if (this.isOver || this.#plan.stalls === true) return;
    this.#say(this.#ear.hear(samples));
  }

  #say(results: readonly Result[]): void {
    if (results.length > 0 && this.#plan.isDeaf !== true)
      this.#later(() => this.#output.push(results));
  }

  /** What the service says comes late, but in order. */
  #later(act: () => void): void {
    const before = this.#results;
    const busyMs = Math.max(0, this.#heardAtMs - this.options.clock.monotonicMs());
    this.#results = this.#sleep(busyMs + (this.#plan.resultsAfterMs ?? 0)).then(async () => {
      await before;
      if (!this.isOver) act();
    });
  }

  #complain(complaint: string): void {
    this.complaint = complaint;
    this.#fail('session-failed');
  }

  #fail(code: NonNullable<SessionPlan['refusal']>): void {
    if (this.isOver) return;
    const retryable = code !== 'session-refused';
    this.#close();
    this.#output.fail(new CallscribeError(code, 'as planned', { retryable }));
  }

  #close(): void {
    this.isOver = true;
    this.#accept(false);
    this.#over.abort();
  }

  #sleep(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.options.clock.sleep(ms, this.#over.signal);
  }
}
