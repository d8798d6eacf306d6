import { appendUpdates } from '../../../functions/worker/log/append-updates';
import type { CallWriter } from '../../../functions/worker/log/call-writer';
import { Marks } from '../../../functions/worker/segments/marks';
import type { CallUpdate } from '../../../functions/worker/segments/to-facts';
import { AudioGoneError } from '../../../functions/worker/transcribe/session-attempt';
import type { Channel } from '../../../shared/call';
import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import type { Gap } from '../../../shared/events';
import { silentLogger, type Logger } from '../../../shared/logger';
import type { CallRecord, CallState, ResumePoint } from '../../../shared/record';
import { STREAM_ARN } from '../../support/call-records';
import { stateFor, writerFor } from './store';

const START_MS = 1_700_000_000_000;
const at = (ms: number) => new Date(START_MS + ms).toISOString();
const ORIGIN: CallUpdate = { type: 'origin', startTimeMs: START_MS, sampleRateHz: 8_000 };
const PROGRESS: CallUpdate = { type: 'progress' };

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

async function run(steps: readonly Step[], setup: Setup = {}) {
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

function point(sample: number, changes: Partial<ResumePoint> = {}): ResumePoint {
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

function resume(channel: Channel, sample: number): CallUpdate {
  return { type: 'resume-point', channel, resume: point(sample) };
}

function segment(endMs: number): CallUpdate {
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

function end(sample: number, received: Partial<Record<Channel, number>>): CallUpdate {
  return { type: 'end', reason: 'ended', sample, received };
}

const moveMarks = (sample: number) => (made: Made) => made.marks.done(sample);
const pass = (ms: number) => (made: Made) => (made.clock.nowMs += ms);

describe('appendUpdates', () => {
  it('carries origin, marks and resume points with the next record, whichever that is', async () => {
    const { records } = await run([
      ORIGIN,
      resume('caller', 0),
      resume('caller', 8_000),
      moveMarks(24_000),
      segment(3_000),
    ]);

    expect(records).toHaveLength(1);
    expect(records[0]?.state).toMatchObject({
      startTimeMs: START_MS,
      sampleRateHz: 8_000,
      marks: { caller: 24_000 },
      // Two seconds before the mark.
      legs: [{ channel: 'caller', resume: { sample: 8_000 } }],
    });
  });

  it('reads every leg again from before the lowest mark', async () => {
    const points = [0, 8_000, 16_000, 24_000].flatMap((sample) => [
      resume('caller', sample),
      resume('agent', sample + 80),
    ]);

    const { records } = await run(
      [ORIGIN, ...points, ({ marks }) => marks.final(0, 40_000, 40_000), segment(5_000)],
      { channels: ['caller', 'agent'], state: { marks: { agent: 32_000 } } },
    );

    const samples = records[0]?.state.legs.map((leg) => leg.resume?.sample);
    expect(records[0]?.state.marks).toEqual({ caller: 40_000, agent: 32_000 });
    expect(samples).toEqual([16_000, 8_080]);
  });

  it('begins again where the log says when no new place is known', async () => {
    const legs = [{ channel: 'caller' as const, streamArn: STREAM_ARN, resume: point(160) }];

    const { records } = await run([segment(200)], { state: { sampleRateHz: 8_000, legs } });

    expect(records[0]?.state.legs).toEqual(legs);
  });

  it('writes down where a leg begins', async () => {
    const { records } = await run([ORIGIN, { type: 'leg', channel: 'caller', sample: 12_000 }]);

    expect(records[0]?.fact).toEqual({
      type: 'leg',
      channel: 'caller',
      streamArn: STREAM_ARN,
      startMs: 1_500,
      startTime: at(1_500),
    });
  });

  it('notes to the sample up to where gaps are told, and counts them', async () => {
    const gap = {
      channel: 'caller' as const,
      startMs: 100,
      endMs: 201,
      startTime: at(100),
      reason: 'hole' as const,
    };
    const told: Gap[] = [];

    const { records } = await run([ORIGIN, { type: 'gap', gap, toSample: 1_605 }], {
      onGap: (each) => told.push(each),
    });

    expect(told).toEqual([gap]);
    expect(records[0]).toMatchObject({
      fact: { type: 'gap', ...gap },
      state: { gapsTo: { caller: 1_605 }, account: { missingMs: 101 } },
    });
  });

  it('notes from where a channel is silence for want of audio, until that is over', async () => {
    const unheard = (channel: Channel, fromSample?: number) =>
      ({ type: 'unheard', channel, fromSample }) as const;

    const { records } = await run(
      [
        ORIGIN,
        segment(100),
        unheard('agent', 4_000),
        segment(200),
        unheard('caller', 0),
        unheard('agent'),
        segment(300),
      ],
      { channels: ['caller', 'agent'] },
    );

    expect(records.map(({ state }) => state.unheardFrom)).toEqual([
      undefined,
      { agent: 4_000 },
      { caller: 0 },
    ]);
  });

  it('accounts for sessions', async () => {
    const session = { ordinal: 3, startSample: 8_000, endSample: 24_000, billedSeconds: 15 };

    const { records } = await run([
      ORIGIN,
      { type: 'session', ...session, end: 'failed', code: 'session-failed' },
      { type: 'session', ...session, ordinal: 4, end: 'stalled' },
      { type: 'session', ...session, ordinal: 5, end: 'rollover' },
    ]);

    expect(records[0]?.fact).toEqual({
      type: 'session',
      ordinal: 3,
      startMs: 1_000,
      endMs: 3_000,
      billedSeconds: 15,
      end: 'failed',
      code: 'session-failed',
    });
    expect(records[2]?.state).toMatchObject({
      sessions: 5,
      account: { sessions: 3, retries: 2, billedSeconds: 45 },
    });
  });

  it('records one of many refused sessions a minute, and counts them all', async () => {
    const place = { startSample: 0, endSample: 0, billedSeconds: 0 };
    const refused = (ordinal: number): CallUpdate => ({
      type: 'session',
      ordinal,
      ...place,
      end: 'failed',
      code: 'quota-exceeded',
    });

    const { records } = await run([
      ORIGIN,
      refused(1),
      pass(30_000),
      refused(2),
      refused(3),
      pass(30_000),
      refused(4),
      segment(100),
    ]);

    const ordinals = records.map(({ fact }) => fact.type === 'session' && fact.ordinal);
    expect(ordinals).toEqual([1, 4, false]);
    expect(records.at(-1)?.state).toMatchObject({
      sessions: 4,
      account: { sessions: 0, retries: 4, billedSeconds: 0 },
    });
  });

  it('counts suspended time once, on all channels, also when it is met again', async () => {
    const suspended = (fromSample: number, toSample: number): CallUpdate => ({
      type: 'suspended',
      fromSample,
      toSample,
    });

    const { records } = await run(
      [ORIGIN, suspended(0, 8_000), suspended(4_000, 16_000), suspended(0, 800), segment(2_000)],
      { channels: ['caller', 'agent'] },
    );

    expect(records[0]?.state).toMatchObject({ suspendedTo: 16_000, account: { silentMs: 4_000 } });
  });

  it('hands partials on and logs notices, writing neither down', async () => {
    const warn = jest.fn();
    const { words: _words, ...partial } = (segment(100) as { segment: { words: unknown } }).segment;
    const update = { type: 'partial', partial } as unknown as CallUpdate;

    const { records, partials } = await run(
      [update, { type: 'notice', channel: 'caller', message: 'odd codec' }],
      { logger: { ...silentLogger, warn } },
    );

    expect(records).toEqual([]);
    expect(partials).toEqual([partial]);
    expect(warn).toHaveBeenCalledWith({ channel: 'caller' }, 'odd codec');
  });

  describe('checkpoints', () => {
    it('are written about once a minute while marks move', async () => {
      const minute = [pass(20_000), PROGRESS, pass(20_000), PROGRESS, pass(20_000)];

      const { records } = await run([
        ORIGIN,
        ...minute,
        moveMarks(8_000),
        PROGRESS,
        PROGRESS,
        ...minute,
        moveMarks(16_000),
        PROGRESS,
      ]);

      expect(records.map(({ fact, state }) => [fact.type, state.marks])).toEqual([
        ['checkpoint', { caller: 8_000 }],
        ['checkpoint', { caller: 16_000 }],
      ]);
    });

    it('are not written when another record was', async () => {
      const { records } = await run([
        ORIGIN,
        pass(59_000),
        segment(100),
        pass(59_000),
        moveMarks(8_000),
        PROGRESS,
      ]);

      expect(records.map(({ fact }) => fact.type)).toEqual(['segment']);
    });

    it('are not written while nothing moves', async () => {
      const { records } = await run([ORIGIN, pass(600_000), PROGRESS]);

      expect(records).toEqual([]);
    });

    it('come early after a claim, to prove that it gets on', async () => {
      const { records } = await run(
        [ORIGIN, pass(5_000), moveMarks(8_000), PROGRESS, pass(5_000), moveMarks(9_000), PROGRESS],
        { state: { claimsWithoutProgress: 2 } },
      );

      expect(records).toHaveLength(1);
      expect(records[0]?.state.claimsWithoutProgress).toBe(0);
    });
  });

  describe('at the end', () => {
    it('writes the account', async () => {
      const { records } = await run(
        [ORIGIN, segment(100), end(80_000, { caller: 79_000, agent: 16_000 })],
        {
          channels: ['caller', 'agent'],
          state: { account: { ...stateFor('c').account, silentMs: 500 } },
        },
      );

      expect(records.at(-1)?.fact).toEqual({
        type: 'completed',
        reason: 'ended',
        startTime: at(0),
        endMs: 10_000,
        account: {
          receivedMs: 11_875,
          transcribedMs: 11_375,
          silentMs: 500,
          missingMs: 0,
          sessions: 0,
          retries: 0,
          billedSeconds: 0,
        },
      });
    });

    it('tells of a channel that never delivered', async () => {
      const { records } = await run([ORIGIN, end(80_000, { caller: 80_000, agent: 0 })], {
        channels: ['caller', 'agent'],
      });

      expect(records.map(({ fact }) => fact)).toMatchObject([
        { type: 'gap', channel: 'agent', startMs: 0, endMs: 10_000, reason: 'absent' },
        { type: 'completed', account: { missingMs: 10_000 } },
      ]);
    });

    it('does not come to it when the call is not over after all', async () => {
      const beforeEnd = () => Promise.reject(new Error('it goes on'));

      const { records, error } = await run([ORIGIN, segment(100), end(80_000, { caller: 0 })], {
        beforeEnd,
      });

      expect(records.map(({ fact }) => fact.type)).toEqual(['segment']);
      expect(error?.message).toBe('it goes on');
    });

    it('does not tell it again when it comes to the end a second time', async () => {
      const { records } = await run([ORIGIN, end(80_000, { caller: 80_000, agent: 0 })], {
        channels: ['caller', 'agent'],
        state: {
          gapsTo: { agent: 80_000 },
          account: { ...stateFor('c').account, missingMs: 10_000 },
        },
      });

      expect(records.map(({ fact }) => fact)).toMatchObject([
        { type: 'completed', account: { missingMs: 10_000 } },
      ]);
    });

    it('adds to what was received before the call was reopened', async () => {
      const account = { ...stateFor('c').account, receivedMs: 7_000 };

      const { records } = await run([ORIGIN, end(80_000, { caller: 8_000 })], {
        state: { account },
      });

      expect(records.at(-1)?.fact).toMatchObject({ account: { receivedMs: 8_000 } });
    });

    it('completes a call in which nothing was ever heard', async () => {
      const { records } = await run([{ type: 'end', reason: 'idle', sample: 0, received: {} }]);

      expect(records.map(({ fact }) => fact)).toEqual([
        {
          type: 'completed',
          reason: 'idle',
          endMs: 0,
          account: stateFor('c').account,
        },
      ]);
    });
  });

  describe('when it is stopped', () => {
    const aborted = new CallscribeError('aborted', 'the call was stopped');

    it('leaves a checkpoint with what is known, and passes the reason on', async () => {
      const { records, error } = await run([ORIGIN, moveMarks(800)], { failure: aborted });

      expect(error).toBe(aborted);
      expect(records).toMatchObject([
        { fact: { type: 'checkpoint' }, state: { marks: { caller: 800 }, released: false } },
      ]);
    });

    it('lets the call go when that is the reason', async () => {
      const { records } = await run([ORIGIN], { failure: aborted, releasing: true });

      expect(records[0]?.state.released).toBe(true);
    });

    it.each([
      ['leaves a checkpoint with what was heard', 800, 1],
      ['writes nothing twice', 0, 0],
    ])('%s before audio has to be read again', async (_what, heardTo, count) => {
      const gone = new AudioGoneError();

      const { records, error } = await run([ORIGIN, moveMarks(heardTo)], { failure: gone });

      expect(error).toBe(gone);
      expect(records).toHaveLength(count);
      expect(records.every(({ state }) => state.marks.caller === heardTo)).toBe(true);
    });

    it('writes nothing when it failed otherwise', async () => {
      const failure = new CallscribeError('access-denied', 'no');

      const { records, error } = await run([ORIGIN], { failure });

      expect(records).toEqual([]);
      expect(error).toBe(failure);
    });
  });
});
