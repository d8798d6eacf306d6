import { CHANNELS, type Channel } from '../../shared/call';
import { isoTime, type Clock, type Ticker } from '../../shared/clock';
import { backoffMs } from '../../shared/retry';
import { Marks } from '../worker/segments/marks';
import { toFacts, type CallUpdate } from '../worker/segments/to-facts';
import { toMs } from '../worker/segments/to-segment';
import { AudioGoneError } from '../worker/transcribe/session-attempt';
import type { OpenSession, SessionSettings } from '../worker/transcribe/session';
import { transcribeAudio } from '../worker/transcribe/transcribe-audio';
import { SilentEnds } from '../worker/transcribe/silent-ends';
import type { AudioFeed } from './audio-feed';
import type { EndEvent, GapEvent, TranscribeEvent } from './events';

export interface HearOptions {
  readonly feed: AudioFeed;
  readonly settings: SessionSettings;
  readonly openSession: OpenSession;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** When the first sample was spoken; when it came, if undefined. */
  readonly startTimeMs: number | undefined;
  readonly idleEndMs: number;
  readonly sessionLimitMs: number;
  readonly maxLeadMs: number;
  readonly silenceDbfs: number;
  readonly suspendAfterMs: number | null;
  /** Monotonic time at which today's credentials are to be replaced; null when they last. */
  credentialsDeadlineMs(): number | null;
}

/** Kept before the marks: more than what a replay begins with (2 s). */
const KEPT_MS = 2_500;
const FULL_SCALE = 32_768;

/**
 * The worker's own sessions, fed from memory instead of KVS. When a session needs audio again
 * that the sessions' window has left behind, they begin anew from the feed's backlog; what that
 * does not hold either is a gap.
 */
export async function* hear(options: HearOptions): AsyncGenerator<TranscribeEvent> {
  const { feed, clock, signal } = options;
  const hearing = new Hearing(options);
  for (let restarts = 0; ;) {
    const before = hearing.position;
    try {
      yield* hearing.run();
      return;
    } catch (reason) {
      if (!(reason instanceof AudioGoneError)) throw reason;
      restarts = hearing.position > before ? 0 : restarts + 1;
      yield* hearing.skipTo(feed.start);
      if (restarts > 0) await clock.sleep(backoffMs(restarts, options.random), signal);
    }
  }
}

class Hearing {
  readonly #channels: readonly Channel[];
  readonly #silencePeak: number;
  readonly #timeline: { readonly startTimeMs: number; readonly sampleRateHz: number };
  #marks: Marks;
  readonly #silentEnds = new SilentEnds();
  #ordinal = 0;
  readonly #account = { finals: 0, gaps: 0, sessions: 0, billedSeconds: 0 };

  constructor(private readonly options: HearOptions) {
    const { channelCount, sampleRateHz } = options.settings;
    this.#channels = CHANNELS.slice(0, channelCount);
    this.#silencePeak = FULL_SCALE * 10 ** (options.silenceDbfs / 20);
    this.#timeline = {
      get startTimeMs() {
        return options.startTimeMs ?? options.feed.beganMs;
      },
      sampleRateHz,
    };
    this.#marks = this.#newMarks(this.#channels.map(() => 0));
  }

  /** Everything before it is heard. */
  get position(): number {
    return Math.min(...this.#marks.all);
  }

  async *run(): AsyncGenerator<TranscribeEvent> {
    const { options } = this;
    const { feed } = options;
    const marks = this.#newMarks(this.#marks.all);
    this.#marks = marks;
    const from = this.#replayFrom();
    const heard = transcribeAudio(feed.items(from), {
      ...options,
      silencePeak: this.#silencePeak,
      marks: () => marks.all,
      undecided: (toSample) => marks.undecided(toSample),
      silentEnds: this.#silentEnds,
      nextOrdinal: () => (this.#ordinal += 1),
      mayStart: () => Promise.resolve(),
      sessionDeadlineMs: () => options.credentialsDeadlineMs(),
    });
    const facts = toFacts(heard, {
      channels: this.#channels,
      marks,
      partials: true,
      timeline: this.#timeline,
    });
    for await (const updates of facts) {
      for (const update of updates) {
        const event = this.#eventOf(update);
        if (event !== undefined) yield event;
        feed.trim(this.#replayFrom());
      }
    }
  }

  /** What lies before `sample` cannot be heard again: it is given up where it was not heard. */
  *skipTo(sample: number): Generator<GapEvent> {
    const marks = this.#marks.all;
    for (const [index, channel] of this.#channels.entries()) {
      const mark = marks[index] ?? 0;
      if (mark < sample) yield this.#gap(channel, mark, sample);
    }
    this.#marks = this.#newMarks(marks.map((mark) => Math.max(mark, sample)));
  }

  #replayFrom(): number {
    const kept = (KEPT_MS * this.#timeline.sampleRateHz) / 1000;
    return Math.max(0, this.position - kept);
  }

  #newMarks(positions: readonly number[]): Marks {
    const marks = new Marks({ marks: positions, silencePeak: this.#silencePeak });
    // Marks look for sound in pieces of 20 ms, which must be whole samples at any rate.
    marks.sampleRateHz = Math.round(this.#timeline.sampleRateHz / 50) * 50;
    return marks;
  }

  #eventOf(update: CallUpdate): TranscribeEvent | undefined {
    switch (update.type) {
      case 'segment':
        this.#account.finals += 1;
        return { type: 'final', ...update.segment };
      case 'partial':
        return { type: 'partial', ...update.partial };
      case 'category':
        return { type: 'category', ...update.category };
      case 'gap':
        this.#account.gaps += 1;
        return { type: 'gap', ...update.gap };
      case 'session':
        this.#account.sessions += 1;
        this.#account.billedSeconds += update.billedSeconds;
        return {
          type: 'session',
          ordinal: update.ordinal,
          startMs: this.#ms(update.startSample),
          endMs: this.#ms(update.endSample),
          billedSeconds: update.billedSeconds,
          end: update.end,
          ...(update.code === undefined ? {} : { code: update.code }),
        };
      case 'end':
        return this.#endEvent(update.sample);
      default:
        return undefined;
    }
  }

  #endEvent(sample: number): EndEvent {
    return {
      type: 'end',
      endMs: this.#ms(sample),
      channels: this.#channels,
      ...this.#account,
    };
  }

  #gap(channel: Channel, fromSample: number, toSample: number): GapEvent {
    this.#account.gaps += 1;
    const startMs = this.#ms(fromSample);
    return {
      type: 'gap',
      channel,
      startMs,
      endMs: this.#ms(toSample),
      startTime: isoTime(this.#timeline.startTimeMs + startMs),
      reason: 'unanswered',
    };
  }

  #ms(sample: number): number {
    return toMs(sample, this.#timeline);
  }
}
