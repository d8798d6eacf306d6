import { CallscribeError } from '../../../shared/errors';
import { pullEach } from '../../../shared/pull-each';
import type { AudioItem } from '../audio/audio-item';
import type { AudioChunk } from '../audio/chunk-grid';
import { AudioWindow } from './audio-window';
import type { ChainOptions } from './chain-options';
import type { ChainOutput } from './chain-output';
import { CutPolicy, OVERLAP_MS } from './cut-policy';
import { CUT_TOLERANCE_MS, Interval } from './interval';
import { runInterval } from './interval-run';
import { Refusals } from './refusals';
import type { RunDeps } from './run-deps';
import { SessionDue } from './session-due';
import { SilenceWatch } from './silence-watch';
import { SilentEnds } from './silent-ends';
import { StallWatch } from './stall-watch';

/** Audio kept for replay, and at most read ahead of a session that takes none (DESIGN 7). */
const WINDOW_MS = 20_000;
/** Audio before the sound that ends a suspension: the onset of its first word. */
const PRE_ROLL_MS = 500;

/** The sessions of a call, one interval of its timeline after the other. */
export class SessionChain {
  /** Made when the sample rate is known. */
  #deps: RunDeps | undefined;
  #open: Interval | undefined;
  #cuts: CutPolicy | undefined;
  #due: SessionDue | undefined;
  /** Start of audio that was sent to a starved session but is the next one's to hear. */
  #rest: number | undefined;
  #silence: SilenceWatch | undefined;
  /** Resolves when the last interval begun is done. */
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly reason: unknown } | undefined;
  #lastAudioMs: number;

  constructor(
    private readonly options: ChainOptions,
    private readonly output: ChainOutput,
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
    this.#silence = new SilenceWatch(options.suspendAfterMs, sampleRateHz);
    this.#due = new SessionDue({
      clock: options.clock,
      sampleRateHz,
      maxLeadMs: options.maxLeadMs,
      catchUpSessions: options.catchUpSessions ?? 1,
      deadlineMs: () => options.sessionDeadlineMs(),
    });
    return {
      window: new AudioWindow((WINDOW_MS * sampleRateHz) / 1000, (chunk) =>
        this.output.evicted(chunk),
      ),
      openSession: options.openSession,
      settings: { ...options.settings, sampleRateHz },
      clock: options.clock,
      ticker: options.ticker,
      stalls: new StallWatch(options.clock),
      silentEnds: options.silentEnds ?? new SilentEnds(),
      refusals: new Refusals(),
      silencePeak: options.silencePeak,
      maxLeadMs: options.maxLeadMs,
      random: options.random ?? Math.random,
      signal,
      expectsAudio: () => this.#open !== undefined,
      marks: () => options.marks(),
      undecided: (toSample) => options.undecided(toSample),
      nextOrdinal: () => options.nextOrdinal(),
      onSent: options.onSent?.bind(options),
      mayStart: (abort) => options.mayStart(abort),
      emit: (item) => this.output.emit(item),
      settled: () => this.output.settled(),
    };
  }

  wake(): void {
    this.#deps?.window.notify();
  }

  /** Hears all of the audio; resolves when the last session is done. */
  async feed(audio: AsyncIterable<readonly AudioItem[]>): Promise<void> {
    const iterator = audio[Symbol.asyncIterator]();
    try {
      await pullEach(iterator, {
        ticker: this.options.ticker,
        take: (items) => this.#takeAll(items, 0),
        onTick: () => this.#starveWhenIdle(),
      });
      this.#check();
      await this.#last;
      this.#check();
    } finally {
      await iterator.return?.();
    }
  }

  /** While the timeline is waited for a session that starves is ended before the service does. */
  #starveWhenIdle(): void {
    this.#check();
    const idleMs = this.options.clock.monotonicMs() - this.#lastAudioMs;
    if (idleMs >= this.options.idleEndMs) this.#starve();
  }

  /** Undefined when nothing had to be waited for, as everywhere below. */
  #takeAll(items: readonly AudioItem[], from: number): Promise<void> | undefined {
    this.#check();
    for (let index = from; index < items.length; index++) {
      const taken = this.#take(items[index] as AudioItem);
      if (taken !== undefined) return taken.then(() => this.#takeAll(items, index + 1));
    }
    return undefined;
  }

  #take(item: AudioItem): Promise<void> | undefined {
    switch (item.type) {
      case 'origin':
        this.#deps ??= this.#prepare(item.sampleRateHz);
        return this.output.emit(item);
      case 'chunk': {
        // Known downstream before a session can report it as sent.
        const emitted = this.output.emit(item);
        return emitted ? emitted.then(() => this.#hear(item.chunk)) : this.#hear(item.chunk);
      }
      case 'pause':
        this.#hearRest();
        this.#close('idle');
        return undefined;
      case 'end':
        return this.#finish(item);
      default:
        return this.output.emit(item);
    }
  }

  async #finish(item: Extract<AudioItem, { type: 'end' }>): Promise<void> {
    this.#hearRest();
    this.#close('call-ended', item.sample);
    await this.#last;
    this.#check();
    await this.output.emit(item);
  }

  #hear(chunk: AudioChunk): Promise<void> | undefined {
    const deps = this.#deps;
    const cuts = this.#cuts;
    if (deps === undefined || cuts === undefined) {
      throw new CallscribeError('internal', 'audio before its origin');
    }
    this.#lastAudioMs = this.options.clock.monotonicMs();
    // A session begun before there is room would starve.
    const room = deps.window.room(chunk, this.signal);
    if (room === undefined) return this.#send(chunk, cuts, deps);
    return room.then(() => this.#send(chunk, cuts, deps));
  }

  #send(chunk: AudioChunk, cuts: CutPolicy, deps: RunDeps): Promise<void> | undefined {
    this.#check();
    const silence = this.#silence?.take(chunk.sampleCount, cuts.isSilent(chunk));
    if (silence === 'begins') {
      this.#hearRest();
      this.#close('silence');
    } else if (silence === undefined) {
      this.#rollOver(chunk, cuts, deps);
      this.#open ??= this.#begin(this.#fresh(chunk, deps), deps);
    }
    const pushed = deps.window.push(chunk, this.signal);
    if (pushed === undefined) return this.#isSent(chunk, silence !== undefined);
    return pushed.then(() => this.#isSent(chunk, silence !== undefined));
  }

  #isSent(chunk: AudioChunk, isSuspended: boolean): Promise<void> | undefined {
    this.#lastAudioMs = this.options.clock.monotonicMs();
    this.#check();
    if (!isSuspended) return undefined;
    const toSample = chunk.startSample + chunk.sampleCount;
    return this.output.emit({ type: 'suspended', fromSample: chunk.startSample, toSample });
  }

  /**
   * Audio has stopped coming, perhaps in the middle of a word: the session ends at the last quiet
   * place, and what lies behind it is heard with what comes next.
   */
  #starve(): void {
    const window = this.#deps?.window;
    const end = window?.end;
    if (this.#open === undefined || window === undefined || end === undefined) return;
    const quiet = this.#cuts?.quietPlace(window, this.#open.from) ?? end;
    this.#open.overlapAfter = end - quiet;
    this.#close('idle', quiet);
    this.#rest = quiet < end ? quiet : undefined;
  }

  /** Nothing came after a starved session: what it left is heard by itself. */
  #hearRest(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest === undefined || this.#open !== undefined || this.#deps === undefined) return;
    this.#open = this.#begin(restOf(rest, this.#deps), this.#deps);
  }

  /**
   * A new interval for audio from `chunk` on: with what a starved session left, or with a suspended
   * one's pre-roll, if the window has it. The session before may have ended within the onset of a
   * word, which sounds like silence.
   */
  #fresh(chunk: AudioChunk, deps: RunDeps): Interval {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) return restOf(rest, deps);
    const preRoll = samples(PRE_ROLL_MS, deps);
    if (this.#silence?.hasJustEnded !== true) {
      return new Interval(chunk.startSample, { overlapBefore: preRoll });
    }
    const wanted = chunk.startSample - preRoll;
    const from = Math.min(chunk.startSample, deps.window.chunkAt(wanted)?.startSample ?? wanted);
    return new Interval(Math.max(0, from));
  }

  /** Planned rollover: the next session is opened before this one is let go. */
  #rollOver(chunk: AudioChunk, cuts: CutPolicy, deps: RunDeps): void {
    const open = this.#open;
    if (open === undefined) return;
    const urgency = this.#due?.urgency(chunk.startSample - open.from) ?? 'none';
    const cut = cuts.at(chunk, open.from, urgency);
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
    // An interval that fails takes its followers with it: their turn must never come.
    this.#last = runInterval(interval, this.#last, deps);
    this.#due?.begin(this.#last);
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

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
    if (this.signal.aborted) throw new CallscribeError('aborted', 'the call was stopped');
  }
}

/** What lies before it may be sound: it is heard whole, as at a cut. */
function restOf(from: number, deps: RunDeps): Interval {
  return new Interval(from, { overlapBefore: samples(OVERLAP_MS, deps) });
}

function samples(ms: number, deps: RunDeps): number {
  return (ms * deps.settings.sampleRateHz) / 1000;
}
