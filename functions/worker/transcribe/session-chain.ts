import type { Clock, Ticker } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { Mailbox } from '../../../shared/mailbox';
import type { AudioItem } from '../audio/audio-item';
import type { AudioChunk } from '../audio/chunk-grid';
import { AudioWindow } from './audio-window';
import { CutPolicy, OVERLAP_MS } from './cut-policy';
import { CUT_TOLERANCE_MS, Interval } from './interval';
import { runInterval, type RunDeps } from './interval-run';
import type { OpenSession, SessionSettings } from './session';
import { StallWatch } from './stall-watch';
import type { TranscribeItem } from './transcribe-item';

/** Audio kept for replay, and at most read ahead of a session that takes none (DESIGN 7). */
const WINDOW_MS = 20_000;
/** Items that wait to be written down; beyond it everything upstream waits. */
const OUTPUT_BOUND = 64;

export interface ChainOptions {
  /** `sampleRateHz` is known here when a call is resumed, else from the timeline's origin. */
  readonly settings: Omit<SessionSettings, 'sampleRateHz'> & { readonly sampleRateHz?: number };
  readonly openSession: OpenSession;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly random?: () => number;
  readonly signal: AbortSignal;
  /** Marks per channel; read only when everything emitted has been written down. */
  marks(): readonly number[];
  /** Ordinal of the next session of the call. */
  nextOrdinal(): number;
  mayStart(signal: AbortSignal): Promise<void>;
  /** A session without audio for so long is ended properly (the service allows 15 s). */
  readonly idleEndMs: number;
  /** How much audio the service takes in one session. */
  readonly sessionLimitMs: number;
  /** How far a session's audio may run ahead of the clock. */
  readonly maxLeadMs: number;
  /** Chunks whose peaks stay below this are silent, 0 to 32768. */
  readonly silencePeak: number;
  /** The session is suspended after so much silence on all channels; null: never. */
  readonly suspendAfterMs: number | null;
  /** Monotonic time by which a session must be replaced (its credentials expire); or null. */
  sessionDeadlineMs(): number | null;
}

/** Audio before the sound that ends a suspension: the onset of its first word. */
const PRE_ROLL_MS = 500;

type Emitted = TranscribeItem | { readonly type: 'barrier'; readonly reached: () => void };

/**
 * Sends the call's audio through a chain of sessions, each owning an interval of the timeline,
 * and yields their results in the intervals' order among the timeline's own items. Everything
 * that fails on the way is heard again from the marks (DESIGN 7); what no session can heal is
 * thrown.
 */
export async function* transcribeAudio(
  audio: AsyncIterable<readonly AudioItem[]>,
  options: ChainOptions,
): AsyncGenerator<TranscribeItem> {
  const output = new Mailbox<Emitted>();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const chain = new SessionChain(options, output, signal);
  const fed = chain.feed(audio).then(
    () => output.close(),
    (reason: unknown) => {
      stop.abort();
      output.fail(reason);
    },
  );
  try {
    for await (const item of output) {
      if (item.type === 'barrier') item.reached();
      else yield item;
    }
  } finally {
    stop.abort();
    chain.wake();
    output.close();
    await fed;
  }
}

class SessionChain {
  /** Made when the sample rate is known. */
  #deps: RunDeps | undefined;
  #open: Interval | undefined;
  #openDeadlineMs: number | null = null;
  #cuts: CutPolicy | undefined;
  /** Start of audio that was sent to a starved session but is the next one's to hear. */
  #rest: number | undefined;
  /** Silence on all channels up to now, in samples; while suspended it is not sent. */
  #silence = 0;
  #suspended = false;
  /** Resolves when the last interval begun is done. */
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly reason: unknown } | undefined;
  #lastAudioMs: number;

  constructor(
    private readonly options: ChainOptions,
    private readonly output: Mailbox<Emitted>,
    private readonly signal: AbortSignal,
  ) {
    this.#lastAudioMs = options.clock.monotonicMs();
    const { sampleRateHz } = options.settings;
    if (sampleRateHz !== undefined) this.#deps = this.#prepare(sampleRateHz);
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  #prepare(sampleRateHz: number): RunDeps {
    const { options, signal } = this;
    this.#cuts = new CutPolicy(options.sessionLimitMs, sampleRateHz, options.silencePeak);
    return {
      window: new AudioWindow((WINDOW_MS * sampleRateHz) / 1000),
      openSession: options.openSession,
      settings: { ...options.settings, sampleRateHz },
      clock: options.clock,
      ticker: options.ticker,
      stalls: new StallWatch(options.clock),
      silencePeak: options.silencePeak,
      maxLeadMs: options.maxLeadMs,
      random: options.random ?? Math.random,
      signal,
      expectsAudio: () => this.#open !== undefined,
      marks: () => options.marks(),
      nextOrdinal: () => options.nextOrdinal(),
      mayStart: (abort) => options.mayStart(abort),
      emit: (item) => this.#emit(item),
      settled: () => this.#settled(),
    };
  }

  wake(): void {
    this.#deps?.window.notify();
  }

  async feed(audio: AsyncIterable<readonly AudioItem[]>): Promise<void> {
    const iterator = audio[Symbol.asyncIterator]();
    try {
      for (;;) {
        const result = await this.#nextItems(iterator);
        this.#check();
        if (result.done === true) break;
        for (const item of result.value) await this.#take(item);
      }
      await this.#last;
      this.#check();
    } finally {
      await iterator.return?.();
    }
  }

  /** Awaits the timeline; meanwhile a session that starves is ended before the service does. */
  async #nextItems(
    iterator: AsyncIterator<readonly AudioItem[]>,
  ): Promise<IteratorResult<readonly AudioItem[]>> {
    let done = false;
    const next = iterator.next().finally(() => (done = true));
    next.catch(() => undefined);
    for (;;) {
      await Promise.race([next, this.options.ticker.next()]);
      if (done) return next;
      this.#check();
      const idleMs = this.options.clock.monotonicMs() - this.#lastAudioMs;
      if (idleMs >= this.options.idleEndMs) this.#starve();
    }
  }

  async #take(item: AudioItem): Promise<void> {
    switch (item.type) {
      case 'origin':
        this.#deps ??= this.#prepare(item.sampleRateHz);
        await this.#emit(item);
        break;
      case 'chunk':
        // Known downstream before a session can report it as sent.
        await this.#emit(item);
        await this.#hear(item.chunk);
        break;
      case 'pause':
        this.#hearRest();
        this.#close('idle');
        break;
      case 'end':
        this.#hearRest();
        this.#close('call-ended', item.sample);
        await this.#last;
        this.#check();
        await this.#emit(item);
        break;
      default:
        await this.#emit(item);
    }
  }

  async #hear(chunk: AudioChunk): Promise<void> {
    const deps = this.#deps;
    const cuts = this.#cuts;
    if (deps === undefined || cuts === undefined) {
      throw new CallscribeError('internal', 'audio before its origin');
    }
    this.#lastAudioMs = this.options.clock.monotonicMs();
    const suspended = this.#staysSuspended(chunk, cuts, deps);
    if (!suspended) {
      this.#rollOver(chunk, cuts, deps);
      this.#open ??= this.#begin(new Interval(this.#resumeAt(chunk, deps)), deps);
    }
    await deps.window.push(chunk, this.signal);
    this.#lastAudioMs = this.options.clock.monotonicMs();
    this.#check();
    const end = chunk.startSample + chunk.sampleCount;
    if (suspended)
      await this.#emit({ type: 'suspended', fromSample: chunk.startSample, toSample: end });
  }

  /** Silence on all channels for long enough suspends the session, and with it the bill. */
  #staysSuspended(chunk: AudioChunk, cuts: CutPolicy, deps: RunDeps): boolean {
    const { suspendAfterMs } = this.options;
    if (suspendAfterMs === null) return false;
    if (!cuts.isSilent(chunk)) {
      this.#silence = 0;
      return false;
    }
    if (this.#silence >= samples(suspendAfterMs, deps) && !this.#suspended) {
      this.#close('silence');
      this.#suspended = true;
    }
    this.#silence += chunk.sampleCount;
    return this.#suspended;
  }

  /**
   * Audio has stopped coming, perhaps in the middle of a word: the session ends at the last quiet
   * place, and what lies behind it is heard with what comes next.
   */
  #starve(): void {
    const window = this.#deps?.window;
    const end = window?.end;
    if (this.#open === undefined || window === undefined || end === undefined) return;
    const quiet = this.#quietBefore(window, end);
    this.#open.overlapAfter = end - quiet;
    this.#close('idle', quiet);
    this.#rest = quiet < end ? quiet : undefined;
  }

  #quietBefore(window: AudioWindow, end: number): number {
    for (let at = end; ;) {
      const chunk = window.chunkBefore(at);
      if (chunk === undefined || this.#cuts === undefined) return end;
      if (chunk.startSample < (this.#open?.from ?? 0)) return end;
      const quiet = this.#cuts.lastQuietPlace(chunk);
      if (quiet !== undefined) return quiet;
      at = chunk.startSample;
    }
  }

  /** Nothing came after a starved session: what it left is heard by itself. */
  #hearRest(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest === undefined || this.#open !== undefined || this.#deps === undefined) return;
    this.#open = this.#begin(new Interval(rest), this.#deps);
  }

  /** Where a new interval begins: with a suspended session's pre-roll, if the window has it. */
  #resumeAt(chunk: AudioChunk, deps: RunDeps): number {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) return rest;
    if (!this.#suspended) return chunk.startSample;
    this.#suspended = false;
    const wanted = chunk.startSample - samples(PRE_ROLL_MS, deps);
    return Math.max(
      0,
      Math.min(chunk.startSample, deps.window.chunkAt(wanted)?.startSample ?? wanted),
    );
  }

  /** Planned rollover: the next session is opened before this one is let go. */
  #rollOver(chunk: AudioChunk, cuts: CutPolicy, deps: RunDeps): void {
    const open = this.#open;
    if (open === undefined) return;
    const deadlineMs = (this.#openDeadlineMs ??= this.options.sessionDeadlineMs());
    const overdue = deadlineMs !== null && this.options.clock.monotonicMs() >= deadlineMs;
    const cut = cuts.at(chunk, open.from, overdue);
    if (cut === undefined) return;
    const overlap = cut.kind === 'silent' ? chunk.sampleCount : samples(OVERLAP_MS, deps);
    open.overlapAfter = overlap;
    this.#close('rollover', cut.at, samples(CUT_TOLERANCE_MS, deps));
    this.#open = this.#begin(
      new Interval(cut.at, { overlapBefore: overlap, tolerance: samples(CUT_TOLERANCE_MS, deps) }),
      deps,
    );
  }

  #begin(interval: Interval, deps: RunDeps): Interval {
    this.#openDeadlineMs = null;
    // An interval that fails takes its followers with it: their turn must never come.
    this.#last = runInterval(interval, this.#last, deps);
    this.#last.catch((reason: unknown) => {
      this.#failure ??= { reason };
      this.wake();
    });
    return interval;
  }

  #close(end: Interval['end'], sample?: number, tolerance = 0): void {
    const interval = this.#open;
    if (interval === undefined) return;
    interval.close(sample ?? this.#deps?.window.end ?? interval.from, end, tolerance);
    this.#open = undefined;
    this.wake();
  }

  async #emit(item: Emitted): Promise<void> {
    await this.output.drained(OUTPUT_BOUND);
    this.output.push(item);
  }

  /** Resolves when the consumer has asked for the item after everything emitted so far. */
  async #settled(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
      void this.#emit({ type: 'barrier', reached: resolve });
    });
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
    if (this.signal.aborted) throw new CallscribeError('aborted', 'the call was stopped');
  }
}

function samples(ms: number, deps: RunDeps): number {
  return (ms * deps.settings.sampleRateHz) / 1000;
}
