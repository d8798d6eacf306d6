import { CallscribeError } from '../../../shared/errors';
import { numberOf } from '../../support/mkv-builder';
import { Collected, FakeStream, audioOf, fakeFragment, fakeFragments, until } from './fake-stream';

describe('status of a reader', () => {
  it('is behind until the stream’s newest fragment has come, then live', async () => {
    const stream = new FakeStream([
      fakeFragment(1, { millisBehindNow: 9_000 }),
      fakeFragment(2, { millisBehindNow: 4_000 }),
      fakeFragment(3, { millisBehindNow: 0 }),
    ]);
    stream.readBytes = stream.fragments[0]!.bytes.length;

    const collected = await stream.collect({}, until.completed(3));

    // Opening says so as well.
    expect(collected.batches.map(({ status }) => status)).toEqual([
      'behind',
      'behind',
      'behind',
      'live',
    ]);
  });

  it('is not live after a reconnect until that is proved again', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [{ bytes: length, then: 'break' }, { bytes: 0 }];

    const collected = await stream.collect({}, until.batches(9));

    const afterBreak = collected.batches.slice(2).map(({ status }) => status);
    expect(collected.batches[1]?.status).toBe('live');
    expect(afterBreak.slice(0, 2)).toEqual(['connecting', 'behind']);
    expect(afterBreak.at(-1)).toBe('live');
  });

  it('is live where connections end at once because there is nothing', async () => {
    const stream = new FakeStream();
    stream.byDefault = { then: 'end' };

    const collected = await stream.collect({}, until.batches(200));

    const live = collected.batches.filter(({ status }) => status === 'live');
    expect(live.length).toBeGreaterThan(100);
    const { openedAtMs } = stream;
    expect(openedAtMs.at(-1)! - openedAtMs.at(-2)!).toBe(2_000);
  });

  it.each([
    ['is refused', { refuse: new CallscribeError('unavailable', '503', { retryable: true }) }],
    ['is not answered', { silent: true }],
  ])('is never live while every connection %s', async (_name, connection) => {
    const stream = new FakeStream();
    stream.byDefault = connection;

    const collected = await stream.collect({}, until.batches(200));

    expect(new Set(collected.batches.map(({ status }) => status))).toEqual(new Set(['connecting']));
  });

  it('counts idle time from the last audio, whatever else comes', async () => {
    const stream = new FakeStream(fakeFragments(1, 1));
    stream.script = [{ then: 'end' }];
    stream.byDefault = { then: 'end' };

    const collected = await stream.collect({}, ({ idleMs }) => idleMs >= 60_000);

    const idle = collected.batches.slice(2).map(({ idleMs }) => idleMs);
    expect(idle).toEqual([...idle].sort((a, b) => a - b));
  });

  it('is not live by what a connection said that was left alone, but by a new one', async () => {
    const fragments = fakeFragments(1, 4);
    const stream = new FakeStream(fragments.slice(0, 1));
    const reader = stream.read();
    const collected = new Collected();
    const next = async () => {
      const { value } = await stream.clock.drive(reader.next());
      if (value !== undefined) collected.add(value);
    };
    while (collected.status !== 'live') await next();

    stream.fragments = fragments;
    await stream.clock.drive(stream.clock.sleep(30_000));
    do await next();
    while (collected.status !== 'live');

    expect(stream.requests).toHaveLength(2);
    expect(collected.completed).toEqual([1, 2, 3, 4].map(numberOf));
    expect(collected.audio()).toEqual(await audioOf(fragments));
    await stream.clock.drive(reader.return());
  });

  it.each([
    ['nobody has pulled for ten minutes', (stream: FakeStream) => stream.clock.sleep(600_000)],
    [
      'the process stood still for ten minutes',
      (stream: FakeStream) => {
        stream.clock.leap(600_000);
        return Promise.resolve();
      },
    ],
  ])('is not idle because %s', async (_name, pass) => {
    const stream = new FakeStream(fakeFragments(1, 2));
    stream.readBytes = stream.fragments[0]!.bytes.length;
    stream.byDefault = { delayMs: 900 };
    const reader = stream.read();
    for (let batch = 0; batch < 3; batch += 1) await stream.clock.drive(reader.next());

    await stream.clock.drive(pass(stream));
    const { value } = await stream.clock.drive(reader.next());

    expect(value?.idleMs).toBeLessThanOrEqual(2_000);
    await stream.clock.drive(reader.return());
  });
});
