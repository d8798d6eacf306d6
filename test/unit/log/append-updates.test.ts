import type { CallUpdate } from '../../../functions/worker/segments/to-facts';
import type { Channel } from '../../../shared/call';
import type { Gap } from '../../../shared/events';
import { silentLogger } from '../../../shared/logger';
import { STREAM_ARN } from '../../support/call-records';
import { ORIGIN, START_MS, at, moveMarks, pass, point, resume, run, segment } from './append-run';

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
});
