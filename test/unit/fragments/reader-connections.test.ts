import { CallscribeError } from '../../../shared/errors';
import { numberOf } from '../../support/mkv-builder';
import { FakeStream, audioOf, fakeFragments, inBandError, until } from './fake-stream';

describe('readFragments', () => {
  it.each([3002, 4500, 5000])('reads again after in-band error %i', async (errorId) => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const [first] = stream.fragments;
    stream.script = [
      { body: Buffer.concat([first!.bytes, inBandError(errorId, numberOf(2))]), then: 'end' },
      { body: inBandError(errorId, numberOf(2)), then: 'end' },
    ];

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
    expect(stream.troubles.map(({ code }) => code)).toEqual(['stream-error', 'stream-error']);
  });

  it.each([
    [
      'a reset before the answer',
      new CallscribeError('unavailable', 'ECONNRESET', { retryable: true }),
    ],
    ['too many connections', new CallscribeError('quota-exceeded', 'limit', { retryable: true })],
    ['an endpoint that moved', new CallscribeError('stream-error', 'moved', { retryable: true })],
    ['a 503', new CallscribeError('unavailable', '503', { retryable: true })],
  ])('connects again after %s, and waits longer each time', async (_name, refuse) => {
    const stream = new FakeStream(fakeFragments(1, 1));
    stream.script = [{ refuse }, { refuse }, { refuse }, { refuse }];

    const collected = await stream.collect({}, until.completed(1));

    expect(collected.completed).toEqual([numberOf(1)]);
    const waits = stream.openedAtMs.slice(1).map((at, index) => at - stream.openedAtMs[index]!);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(waits[0]!);
  });

  it('waits longer each time also where fragments that are not wanted can be read', async () => {
    const stream = new FakeStream(fakeFragments(1, 6));
    const early = Buffer.concat(stream.fragments.slice(0, 3).map(({ bytes }) => bytes));
    const body = Buffer.concat([early, inBandError(5000)]);
    stream.script = Array.from({ length: 5 }, () => ({ body, then: 'end' as const }));
    const start = { fragmentNumber: numberOf(4), timeMs: stream.fragments[3]!.producerTimestampMs };

    const collected = await stream.collect({ start }, until.completed(6));

    expect(collected.completed).toEqual([4, 5, 6].map(numberOf));
    const { openedAtMs } = stream;
    expect(openedAtMs[5]! - openedAtMs[4]!).toBeGreaterThan(openedAtMs[1]! - openedAtMs[0]!);
  });

  it('never opens more than five connections a second', async () => {
    const stream = new FakeStream(fakeFragments(1, 30));
    const length = stream.fragments[0]!.bytes.length;
    stream.byDefault = { bytes: length, then: 'end' };

    await stream.collect({}, until.completed(30));

    const { openedAtMs } = stream;
    const busiest = Math.max(
      ...openedAtMs.map((at) => openedAtMs.filter((t) => t >= at && t < at + 1_000).length),
    );
    expect(busiest).toBeLessThan(5);
  });

  it('gives up a connection that is never answered', async () => {
    const stream = new FakeStream(fakeFragments(1, 1));
    stream.script = [{ silent: true }];

    const collected = await stream.collect({}, until.completed(1));

    expect(collected.completed).toEqual([numberOf(1)]);
  });

  it('renews a connection that has died without a word', async () => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [{ bytes: length + 100, then: 'wait' }];

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
    expect(stream.troubles).toEqual([]);
  });

  it('yields once per tick while nothing has come since the one before', async () => {
    const stream = new FakeStream();
    const startedMs = stream.clock.monotonicMs();

    const collected = await stream.collect({}, until.batches(21));

    expect(stream.clock.monotonicMs() - startedMs).toBe(10_500);
    expect(collected.idleMs).toBe(10_500);
  });
});
