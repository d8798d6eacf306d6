import { appendUpdates } from '../../../functions/worker/log/append-updates';
import type { CallWriter } from '../../../functions/worker/log/call-writer';
import { Marks } from '../../../functions/worker/segments/marks';
import type { CallUpdate } from '../../../functions/worker/segments/to-facts';
import type { Channel } from '../../../shared/call';
import type { Clock } from '../../../shared/clock';
import type { Gap } from '../../../shared/events';
import { silentLogger, type Logger } from '../../../shared/logger';
import type { CallRecord, CallState, ResumePoint } from '../../../shared/record';
import { STREAM_ARN } from '../../support/call-records';
import { stateFor, writerFor } from './store';

export const START_MS = 1_700_000_000_000;
export const at = (ms: number) => new Date(START_MS + ms).toISOString();
export const ORIGIN: CallUpdate = { type: 'origin', startTimeMs: START_MS, sampleRateHz: 8_000 };
export const PROGRESS: CallUpdate = { type: 'progress' };

/** What a test does between two updates. */
type Step = CallUpdate | ((made: Made) => void);

interface Made {
  readonly marks: Marks;
  readonly clock: { nowMs: number };
  readonly writer: CallWriter;
}

interface Setup {
  readonly channels?: readonly Channel[];
  readonly state?: Partial<CallState>;
  readonly logger?: Logger;
  /** Thrown by the updates after the last step. */
  readonly failure?: Error;
  readonly releasing?: boolean;
  readonly beforeEnd?: () => Promise<void>;
  readonly onGap?: (gap: Gap) => void;
}

/** Writes down what the steps make, and tells what came of it. */
export async function run(steps: readonly Step[], setup: Setup = {}) {
  const channels = setup.channels ?? ['caller'];
  const records: CallRecord[] = [];
  const clock = { nowMs: 0 };
  const fakeClock: Clock = {
    monotonicMs: () => clock.nowMs,
    epochMs: () => START_MS,
    sleep: () => Promise.resolve(),
  };
  const state = stateFor('c', {
    legs: channels.map((channel) => ({ channel, streamArn: STREAM_ARN })),
    ...setup.state,
  });
  const append = (record: CallRecord) => Promise.resolve(void records.push(record));
  const writer = writerFor({ append }, 'c', { clock: fakeClock, state });
  if (setup.releasing === true) writer.release();
  const marks = new Marks({ marks: writer.marksOf(channels), silencePeak: 33 });
  const partials: unknown[] = [];
  const made = { marks, clock, writer };
  async function* updates(): AsyncGenerator<CallUpdate[]> {
    for (const step of steps) {
      await Promise.resolve();
      if (typeof step === 'function') step(made);
      else yield [step];
    }
    if (setup.failure !== undefined) throw setup.failure;
  }
  const outcome = appendUpdates(updates(), {
    writer,
    marks,
    channels,
    clock: fakeClock,
    logger: setup.logger ?? silentLogger,
    checkpointMs: 60_000,
    onPartial: (partial) => partials.push(partial),
    onGap: setup.onGap,
    beforeEnd: setup.beforeEnd,
  });
  const error = await outcome.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  return { records, partials, error, state };
}

export function point(sample: number, changes: Partial<ResumePoint> = {}): ResumePoint {
  return {
    fragmentNumber: String(1_000 + sample),
    previousFragmentNumber: null,
    producerTimestampMs: START_MS,
    sample,
    anchorMs: START_MS,
    received: sample,
    ...changes,
  };
}

export function resume(channel: Channel, sample: number): CallUpdate {
  return { type: 'resume-point', channel, resume: point(sample) };
}

export function segment(endMs: number): CallUpdate {
  return {
    type: 'segment',
    segment: {
      channel: 'caller',
      startMs: endMs - 100,
      endMs,
      startTime: at(endMs - 100),
      text: 'word',
      words: [],
      resultId: 'r',
      sessionOrdinal: 1,
    },
  };
}

export function end(sample: number, received: Partial<Record<Channel, number>>): CallUpdate {
  return { type: 'end', reason: 'ended', sample, received };
}

export const moveMarks = (sample: number) => (made: Made) => made.marks.done(sample);
export const pass = (ms: number) => (made: Made) => (made.clock.nowMs += ms);
