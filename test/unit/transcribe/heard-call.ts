import type { AudioItem } from '../../../functions/worker/audio/audio-item';
import { Marks } from '../../../functions/worker/segments/marks';
import { toFacts, type CallUpdate } from '../../../functions/worker/segments/to-facts';
import { AudioGoneError } from '../../../functions/worker/transcribe/interval-run';
import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import { transcribeAudio } from '../../../functions/worker/transcribe/transcribe-audio';
import { SilentEnds } from '../../../functions/worker/transcribe/silent-ends';
import { CHANNELS } from '../../../shared/call';
import { Ticker } from '../../../shared/clock';
import { VirtualClock } from '../../support/virtual-clock';
import { CHUNK, chunkOf, RATE_HZ, SILENCE_PEAK, type Talk } from './coded-audio';
import { FakeService, type SessionPlan } from './fake-service';

/** As the pipeline has it for sessions that keep no chunk. */
const RESTING_CHUNKS = 2;
/** No code of a moment, and loud. */
const SPOILT = 0x77;

/** From `at` on nothing comes for `forMs`. `isHole`: the audio of that time does not exist. */
export interface Break {
  readonly at: number;
  readonly forMs: number;
  readonly isHole: boolean;
}

export interface CallOptions {
  readonly talk: Talk;
  readonly lengthMs: number;
  readonly plan?: (index: number) => SessionPlan;
  readonly breaks?: readonly Break[];
  readonly sessionLimitMs?: number;
  readonly suspendAfterMs?: number | null;
  /** How fast audio comes; Infinity: it is all there. */
  readonly speed?: number;
  readonly maxLeadMs?: number;
  /** So much has been spoken when the call is read. */
  readonly backlogMs?: number;
  readonly catchUpSessions?: number;
  /** How long the session with this ordinal has to wait for its start. */
  readonly startMs?: (ordinal: number) => number;
  /** What it takes to write an update down. */
  readonly writeMs?: () => number;
  readonly deadlineMs?: (clock: VirtualClock) => number | null;
  readonly signal?: AbortSignal;
  /** Called before each chunk with its position. */
  onChunk?(position: number, service: FakeService): void;
}

export interface HeardCall {
  /** "w" and position of each word, per channel, in the order of the log. */
  readonly words: readonly (readonly string[])[];
  readonly sessions: readonly Extract<CallUpdate, { type: 'session' }>[];
  readonly service: FakeService;
  readonly updates: readonly CallUpdate[];
  /** What a mark passed although it was not in the log. */
  readonly passed: readonly string[];
  readonly restarts: number;
  readonly tookMs: number;
}

const TICK_MS = 500;
const IDLE_MS = 10_000;
const MAX_RESTARTS = 30;

/** What the log should hold of `talk`. */
export function wordsOf(talk: Talk): string[][] {
  return talk.map((words) => words.map(({ from, to }) => `w${from}-${to}`));
}

/** A call of coded audio through a chain of sessions to its facts, in virtual time. */
export async function hearCall(options: CallOptions): Promise<HeardCall> {
  const clock = new VirtualClock();
  const call = new Call(options, clock);
  const tookFrom = clock.monotonicMs();
  await clock.drive(call.run(), 24 * 3_600_000);
  return { ...call.heard(), tookMs: clock.monotonicMs() - tookFrom };
}

class Call {
  readonly #service: FakeService;
  readonly #words: string[][];
  readonly #updates: CallUpdate[] = [];
  readonly #passed: string[] = [];
  readonly #ticker: Ticker;
  readonly #beganMs: number;
  #marks: readonly number[];
  #restarts = 0;
  readonly #givenBack: AudioChunk[] = [];
  #ordinal = 0;
  readonly #silentEnds = new SilentEnds();

  constructor(
    private readonly options: CallOptions,
    private readonly clock: VirtualClock,
  ) {
    const { talk, plan = () => ({}), sessionLimitMs } = options;
    this.#service = new FakeService({ talk, clock, plan, limitMs: sessionLimitMs });
    this.#words = talk.map(() => []);
    this.#marks = talk.map(() => 0);
    this.#ticker = new Ticker(TICK_MS, clock);
    this.#beganMs = clock.monotonicMs();
  }

  heard(): Omit<HeardCall, 'tookMs'> {
    const sessions = this.#updates.filter((update) => update.type === 'session');
    return {
      words: this.#words,
      sessions,
      service: this.#service,
      updates: this.#updates,
      passed: this.#passed,
      restarts: this.#restarts,
    };
  }

  async run(): Promise<void> {
    for (;;) {
      try {
        return await this.#runOnce();
      } catch (reason) {
        if (!(reason instanceof AudioGoneError) || this.#restarts >= MAX_RESTARTS) throw reason;
        this.#restarts += 1;
      }
    }
  }

  async #runOnce(): Promise<void> {
    const { talk, sessionLimitMs = 4 * 3_600_000, suspendAfterMs = null } = this.options;
    const marks = new Marks({ marks: this.#marks, silencePeak: SILENCE_PEAK });
    marks.sampleRateHz = RATE_HZ;
    const heard = transcribeAudio(this.#audio(Math.max(0, Math.min(...this.#marks) - 2_000)), {
      settings: {
        sampleRateHz: RATE_HZ,
        channelCount: talk.length === 2 ? 2 : 1,
        language: 'en-US',
        options: {},
      },
      openSession: this.#service.open,
      clock: this.clock,
      ticker: this.#ticker,
      random: () => 0.5,
      signal: this.options.signal ?? new AbortController().signal,
      marks: () => marks.all,
      undecided: (toSample) => marks.undecided(toSample),
      silentEnds: this.#silentEnds,
      nextOrdinal: () => (this.#ordinal += 1),
      mayStart: () => this.#mayStart(),
      idleEndMs: IDLE_MS,
      sessionLimitMs,
      maxLeadMs: this.options.maxLeadMs ?? 240_000,
      catchUpSessions: this.options.catchUpSessions,
      silencePeak: SILENCE_PEAK,
      suspendAfterMs,
      sessionDeadlineMs: () => this.options.deadlineMs?.(this.clock) ?? null,
      giveBack: (chunk) => this.#spoil(chunk),
    });
    const timeline = { startTimeMs: 0, sampleRateHz: RATE_HZ };
    const channels = CHANNELS.slice(0, talk.length);
    for await (const updates of toFacts(heard, { channels, marks, partials: false, timeline })) {
      for (const update of updates) {
        const writeMs = this.options.writeMs?.() ?? 0;
        if (writeMs > 0) await this.clock.sleep(writeMs);
        this.#note(update);
        this.#marks = marks.all;
        this.#checkMarks();
      }
    }
  }

  #mayStart(): Promise<void> {
    const { startMs } = this.options;
    return startMs === undefined ? Promise.resolve() : this.clock.sleep(startMs(this.#ordinal + 1));
  }

  #note(update: CallUpdate): void {
    this.#updates.push(update);
    if (update.type !== 'segment') return;
    const words = this.#words[CHANNELS.indexOf(update.segment.channel)];
    for (const { text, startMs, endMs } of update.segment.words) {
      words?.push(text === `w${startMs}` ? `w${startMs}-${endMs}` : `${text} at ${startMs}`);
    }
  }

  #checkMarks(): void {
    this.options.talk.forEach((words, channel) => {
      const mark = this.#marks[channel] ?? 0;
      const known = this.#words[channel]?.length ?? 0;
      const passed = words[known];
      // Words come in order. Of two sessions that heard one word its middle decides.
      if (passed !== undefined && (passed.from + passed.to) / 2 < mark) {
        this.#passed.push(`the mark ${mark} of channel ${channel} passed w${passed.from}`);
      }
    });
  }

  /** What was given back is written over, as by the memory that chunks share, a little later. */
  #spoil(chunk: AudioChunk): void {
    this.#givenBack.push(chunk);
    const spoilt = this.#givenBack.length > RESTING_CHUNKS ? this.#givenBack.shift() : undefined;
    spoilt?.bytes.fill(SPOILT);
    spoilt?.peaks.fill(SPOILT);
    // The chunk itself becomes another one, elsewhere on the timeline.
    if (spoilt !== undefined) Object.assign(spoilt, { startSample: NaN, sampleCount: NaN });
  }

  async *#audio(fromSample: number): AsyncGenerator<readonly AudioItem[]> {
    const { talk, lengthMs, speed = 1, backlogMs = 0, breaks = [] } = this.options;
    let at = fromSample;
    while (at < lengthMs) {
      const end = Math.min(lengthMs, (Math.floor(at / CHUNK) + 1) * CHUNK);
      const pause = breaks.find((each) => each.at >= at && each.at < end);
      const delays = breaks.filter((each) => !each.isHole && each.at < end);
      const lateMs = delays.reduce((sum, { forMs }) => sum + forMs, 0);
      const dueMs = this.#beganMs + (end - backlogMs) / speed + lateMs;
      if (dueMs > this.clock.monotonicMs()) {
        await this.clock.sleep(dueMs - this.clock.monotonicMs());
      }
      this.options.onChunk?.(at, this.#service);
      yield [{ type: 'chunk', chunk: chunkOf(talk, at, end) }];
      at = end;
      if (pause?.isHole === true) {
        yield [{ type: 'pause' }];
        at = Math.min(lengthMs, Math.ceil((end + pause.forMs) / CHUNK) * CHUNK);
      }
    }
    yield [{ type: 'end', reason: 'ended', sample: lengthMs, received: {} }];
  }
}
