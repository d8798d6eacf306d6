import type { Channel } from '../../../shared/call';
import { isoTime, type Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import type { Gap } from '../../../shared/events';
import type { Fact } from '../../../shared/record';
import type { Logger } from '../../../shared/logger';
import type { Marks } from '../segments/marks';
import type { CallUpdate } from '../segments/to-facts';
import { toMs } from '../segments/to-segment';
import { AudioGoneError } from '../transcribe/session-attempt';
import type { CallWriter } from './call-writer';
import { ResumePoints } from './resume-points';

/** A resumed call reads from so far before its lowest mark (DESIGN 7, replay). */
export const RESUME_LEAD_MS = 2_000;
/** A claim proves its progress early: five in a row without any are poison (DESIGN 4). */
const FIRST_CHECKPOINT_MS = 5_000;
/** Of sessions that were refused before they heard anything so many are written down. */
const REFUSAL_RECORD_MS = 60_000;

export interface AppendOptions {
  readonly writer: CallWriter;
  readonly marks: Marks;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Without another record a checkpoint is written this often while marks move. */
  readonly checkpointMs: number;
  onPartial(partial: Extract<CallUpdate, { type: 'partial' }>['partial']): void;
  /** A stretch that the updates tell of is missing. */
  onGap?(gap: Gap): void;
  /** All of the call is in the log but its end; throws when the call is not over after all. */
  beforeEnd?(): Promise<void>;
}

/**
 * Writes updates into the call's log, one after the other; resolves after the call's end. Each
 * record carries the marks and resume points that it makes true. When the updates are `aborted`,
 * a last checkpoint follows: for whoever goes on, or (`writer.releasing`) whoever comes first.
 * Likewise, if marks have moved since the last record, when audio has left memory: what was heard
 * by then is not to be heard, and paid for, again.
 */
export async function appendUpdates(
  batches: AsyncIterable<Iterable<CallUpdate>>,
  options: AppendOptions,
): Promise<void> {
  const appender = new Appender(options);
  try {
    for await (const updates of batches) {
      for (const update of updates) {
        const taken = appender.take(update);
        if (taken !== undefined) await taken;
      }
    }
  } catch (reason) {
    if (CallscribeError.from(reason).code === 'aborted') await appender.handOver();
    else if (reason instanceof AudioGoneError) await appender.keep();
    throw reason;
  }
}

class Appender {
  readonly #points = new ResumePoints();
  /** What had been received when the call was reopened: readers count from there. */
  readonly #receivedBeforeMs: number;
  #lastAppendMs: number;
  #lastRefusalMs = -Infinity;
  #checkpointed: readonly number[];

  constructor(private readonly options: AppendOptions) {
    const { writer, marks, clock } = options;
    this.#receivedBeforeMs = writer.state.account.receivedMs;
    this.#lastAppendMs = clock.monotonicMs();
    this.#checkpointed = marks.all;
    for (const leg of writer.state.legs) {
      if (leg.resume !== undefined) this.#points.add(leg.channel, leg.resume);
    }
  }

  /** Undefined when there was nothing to wait for. */
  take(update: CallUpdate): Promise<void> | undefined {
    const { writer, logger } = this.options;
    const { state } = writer;
    switch (update.type) {
      case 'origin':
        state.startTimeMs = update.startTimeMs;
        state.sampleRateHz = update.sampleRateHz;
        return undefined;
      case 'resume-point':
        this.#points.add(update.channel, update.resume);
        return undefined;
      case 'unheard':
        state.unheardFrom = { ...state.unheardFrom, [update.channel]: update.fromSample };
        return undefined;
      case 'leg':
        return this.#append(this.#legFact(update));
      case 'notice':
        logger.warn({ channel: update.channel }, update.message);
        return undefined;
      case 'partial':
        this.options.onPartial(update.partial);
        return undefined;
      case 'segment':
        return this.#append({ type: 'segment', ...update.segment });
      case 'category':
        return this.#append({ type: 'category', ...update.category });
      case 'gap':
        this.options.onGap?.(update.gap);
        return this.#gap(update.gap, update.toSample);
      case 'session':
        return this.#session(update);
      case 'suspended':
        this.#countSuspended(update);
        return this.#checkpoint();
      case 'progress':
        return this.#checkpoint();
      case 'end':
        return this.#complete(update);
    }
  }

  /** What is known now, for the worker that goes on. */
  handOver(): Promise<void> {
    const { writer } = this.options;
    writer.state.released = writer.releasing;
    return this.#append({ type: 'checkpoint' });
  }

  /** Writes down how far the marks have come since the last record. */
  async keep(): Promise<void> {
    const { marks } = this.options;
    const moved = marks.all.some((mark, index) => mark !== this.#checkpointed[index]);
    if (moved) await this.#append({ type: 'checkpoint' });
  }

  #gap(gap: Gap, toSample: number): Promise<void> {
    const { state } = this.options.writer;
    state.gapsTo[gap.channel] = Math.max(state.gapsTo[gap.channel] ?? 0, toSample);
    state.account.missingMs += gap.endMs - gap.startMs;
    return this.#append({ type: 'gap', ...gap });
  }

  async #append(fact: Fact): Promise<void> {
    this.#bringUpToDate();
    await this.options.writer.append(fact);
    this.#lastAppendMs = this.options.clock.monotonicMs();
    this.#checkpointed = this.options.marks.all;
  }

  /** Asked at every chunk: what can be known from the clock alone comes first. */
  #checkpoint(): Promise<void> | undefined {
    const { writer, clock, checkpointMs } = this.options;
    const sinceMs = clock.monotonicMs() - this.#lastAppendMs;
    const leastMs = Math.min(checkpointMs, FIRST_CHECKPOINT_MS);
    if (sinceMs < leastMs) return undefined;
    const isProved = writer.state.claimsWithoutProgress === 0;
    return sinceMs < (isProved ? checkpointMs : leastMs) ? undefined : this.keep();
  }

  /** Position and words move together: every record tells where to go on from. */
  #bringUpToDate(): void {
    const { writer, marks, channels } = this.options;
    const { state } = writer;
    channels.forEach((channel, index) => {
      state.marks[channel] = marks.all[index] ?? 0;
    });
    const lead = (RESUME_LEAD_MS * (state.sampleRateHz ?? 0)) / 1000;
    const from = Math.max(0, Math.min(...marks.all) - lead);
    state.legs = state.legs.map((leg) => {
      const resume = this.#points.at(leg.channel, from);
      return resume === undefined ? leg : { ...leg, resume };
    });
  }

  /** Counted by position, so that audio read again is not counted again. */
  #countSuspended(update: Extract<CallUpdate, { type: 'suspended' }>): void {
    const { state } = this.options.writer;
    const from = Math.max(update.fromSample, state.suspendedTo);
    if (update.toSample <= from) return;
    state.account.silentMs += toMs(update.toSample - from, state) * this.options.channels.length;
    state.suspendedTo = update.toSample;
  }

  #legFact(update: Extract<CallUpdate, { type: 'leg' }>): Fact {
    const { state } = this.options.writer;
    const leg = state.legs.find((candidate) => candidate.channel === update.channel);
    const startMs = toMs(update.sample, state);
    return {
      type: 'leg',
      channel: update.channel,
      streamArn: leg?.streamArn ?? '',
      ...(leg?.track === undefined ? {} : { track: leg.track }),
      startMs,
      startTime: isoTime((state.startTimeMs ?? 0) + startMs),
    };
  }

  /** While an account refuses sessions for minutes, each attempt counts, and few are recorded. */
  async #session(update: Extract<CallUpdate, { type: 'session' }>): Promise<void> {
    const { writer, clock } = this.options;
    const { account } = writer.state;
    const isRefusal = update.end === 'failed' && update.billedSeconds === 0;
    writer.state.sessions = Math.max(writer.state.sessions, update.ordinal);
    if (!isRefusal) account.sessions += 1;
    account.billedSeconds += update.billedSeconds;
    if (update.end === 'failed' || update.end === 'stalled') account.retries += 1;
    const now = clock.monotonicMs();
    if (isRefusal && now - this.#lastRefusalMs < REFUSAL_RECORD_MS) return;
    if (isRefusal) this.#lastRefusalMs = now;
    await this.#append(this.#sessionFact(update));
  }

  #sessionFact(update: Extract<CallUpdate, { type: 'session' }>): Fact {
    const { state } = this.options.writer;
    return {
      type: 'session',
      ordinal: update.ordinal,
      startMs: toMs(update.startSample, state),
      endMs: toMs(update.endSample, state),
      billedSeconds: update.billedSeconds,
      end: update.end,
      ...(update.code === undefined ? {} : { code: update.code }),
    };
  }

  async #complete(update: Extract<CallUpdate, { type: 'end' }>): Promise<void> {
    await this.options.beforeEnd?.();
    const { state } = this.options.writer;
    const endMs = toMs(update.sample, state);
    for (const { channel, resume } of state.legs) {
      // One that can be read again has delivered, if only to a worker before this one.
      const isAbsent = resume === undefined && (update.received[channel] ?? 0) === 0;
      if (isAbsent) await this.#absent(channel, update.sample);
    }
    const received = Object.values(update.received).reduce((sum, count) => sum + (count ?? 0), 0);
    const { account } = state;
    account.receivedMs = this.#receivedBeforeMs + toMs(received, state);
    account.transcribedMs = Math.max(0, account.receivedMs - account.silentMs);
    await this.#append({
      type: 'completed',
      reason: update.reason,
      ...(state.startTimeMs === null ? {} : { startTime: isoTime(state.startTimeMs) }),
      endMs,
      account: { ...account },
    });
  }

  /** A channel that never delivered; once, also when the end is come to again after a take-over. */
  async #absent(channel: Channel, endSample: number): Promise<void> {
    const { state } = this.options.writer;
    const fromSample = state.gapsTo[channel] ?? 0;
    const [startMs, endMs] = [toMs(fromSample, state), toMs(endSample, state)];
    if (endMs <= startMs) return;
    const startTime = isoTime((state.startTimeMs ?? 0) + startMs);
    await this.#gap({ channel, startMs, endMs, startTime, reason: 'absent' }, endSample);
  }
}
