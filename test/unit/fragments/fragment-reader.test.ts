import { CallscribeError } from '../../../shared/errors';
import { numberOf } from '../../support/mkv-builder';
import { FakeStream, audioOf, fakeFragments, inBandError, until } from './fake-stream';

const reset = () => new CallscribeError('unavailable', 'ECONNRESET', { retryable: true });
const missing = () => new CallscribeError('stream-not-found', 'no such stream');
const denied = () => new CallscribeError('access-denied', 'no');

describe('readFragments', () => {
  it('gives every fragment once, over connections that end without a word', async () => {
    const stream = new FakeStream(fakeFragments(1, 4));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [
      { bytes: length, then: 'end' },
      { bytes: 2 * length, then: 'end' },
    ];

    const collected = await stream.collect({}, until.completed(4));

    expect(collected.completed).toEqual([1, 2, 3, 4].map(numberOf));
    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
    expect(stream.requests.slice(1)).toEqual([
      { type: 'after', fragmentNumber: numberOf(1) },
      { type: 'after', fragmentNumber: numberOf(3) },
    ]);
  });

  it.each(['end', 'break'] as const)(
    'gives each sample once when a connection %ss after any byte',
    async (then) => {
      const fragments = fakeFragments(1, 2);
      const whole = await audioOf(fragments);
      const total = fragments[0]!.bytes.length + fragments[1]!.bytes.length;
      for (let bytes = 0; bytes <= total; bytes += 1) {
        const stream = new FakeStream(fragments);
        stream.script = [{ bytes, then }];

        const collected = await stream.collect({}, until.completed(2));

        expect([bytes, collected.audio()]).toEqual([bytes, whole]);
      }
    },
  );

  it('gives each sample once when one fragment breaks off again and again', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [0.9, 0.5, 0.95, 0.2].map((part) => ({
      bytes: Math.floor(length * part),
      then: 'break' as const,
    }));

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
    expect(collected.of('skipped')).toEqual([]);
  });

  it('gives each sample once when the first fragment breaks off after a start by time', async () => {
    const stream = new FakeStream(fakeFragments(1, 6));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [{ bytes: 3 * length + 400, then: 'break' }];
    const first = stream.fragments[3]!;

    const collected = await stream.collect(
      { start: { fragmentNumber: first.number, timeMs: first.producerTimestampMs } },
      until.completed(6),
    );

    expect(collected.audio()).toEqual(await audioOf(stream.fragments.slice(3)));
  });

  it('tells a fragment that goes on after a break from a new one', async () => {
    const stream = new FakeStream(fakeFragments(1, 1));
    stream.script = [{ bytes: stream.fragments[0]!.bytes.length - 10, then: 'break' }];

    const collected = await stream.collect({}, until.completed(1));

    expect(collected.of('start').map(({ resumed }) => resumed)).toEqual([false, true]);
  });

  it.each([
    ['EBML header', '1a45dfa3'],
    ['Segment', '18538067'],
    ['Tracks', '1654ae6b'],
    ['Tags', '1254c367'],
    ['Cluster', '1f43b675'],
    ['SimpleBlock', 'a3a481'],
    ['SimpleBlock of the other track', 'a3a482'],
  ])('loses nothing when a damaged %s is whole at the second reading', async (_name, id) => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const whole = await audioOf(stream.fragments);
    const second = stream.fragments[1]!.bytes;
    for (const at of occurrences(second, Buffer.from(id, 'hex'))) {
      stream.script = [
        { mutate: (bytes) => zeroed(bytes, stream.fragments[0]!.bytes.length + at) },
      ];

      const collected = await stream.collect({}, until.completed(3));

      expect([at, collected.audio()]).toEqual([at, whole]);
      expect(collected.of('skipped')).toEqual([]);
    }
  });

  it('gives damage up at the second reading, says so, and goes on behind it', async () => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const [first, second] = stream.fragments;
    stream.fragments[1] = { ...second!, bytes: zeroed(second!.bytes, 0) };
    stream.readBytes = first!.bytes.length;

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.completed).toEqual([1, 3].map(numberOf));
    expect(collected.of('skipped')).toEqual([{ type: 'skipped', reason: 'malformed' }]);
    expect(stream.requests).toHaveLength(2);
  });

  it('heals passing damage also next to damage that stays', async () => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const length = stream.fragments[0]!.bytes.length;
    stream.fragments[0] = {
      ...stream.fragments[0]!,
      bytes: zeroed(stream.fragments[0]!.bytes, length - 120),
    };
    const tagsOfSecond = length + 300;
    stream.script = [{}, { mutate: (bytes) => zeroed(bytes, tagsOfSecond) }];

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.completed).toContain(numberOf(2));
  });

  it('heals passing damage wherever it strikes, however often', async () => {
    const stream = new FakeStream(fakeFragments(1, 30));
    const length = stream.fragments[0]!.bytes.length;
    // Each connection begins behind the fragment that the last one healed.
    const cluster = Buffer.from(stream.fragments[0]!.bytes).indexOf(Buffer.from('1f43b675', 'hex'));
    const damageAtSecond = (bytes: Uint8Array) =>
      bytes.length > length ? zeroed(bytes, length + cluster) : bytes;
    stream.script = Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0 ? { mutate: damageAtSecond } : { bytes: length, then: 'end' as const },
    );

    const collected = await stream.collect({}, until.completed(30));

    expect(collected.of('skipped')).toEqual([]);
    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
    expect(stream.requests.length).toBeGreaterThan(25);
  });

  it('gives each sample once in a call that breaks off in every fragment', async () => {
    const stream = new FakeStream(fakeFragments(1, 100));
    stream.byDefault = {
      bytes: Math.floor(stream.fragments[0]!.bytes.length * 1.8),
      then: 'break',
    };

    const collected = await stream.collect({}, until.completed(100));

    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
  });

  it('gives each sample of a fragment once that breaks off behind one that was given up', async () => {
    const stream = new FakeStream(fakeFragments(1, 3));
    const length = stream.fragments[0]!.bytes.length;
    const [first] = stream.fragments;
    stream.fragments[0] = { ...first!, bytes: zeroed(first!.bytes, length - 100) };
    stream.script = [{}, { bytes: 2 * length - 150, then: 'break' }];

    const collected = await stream.collect({}, until.completed(3));

    const own = collected.audio();
    const whole = await audioOf(fakeFragments(1, 3));
    expect(whole[1]?.endsWith((await audioOf(fakeFragments(2, 3)))[1]!)).toBe(true);
    expect(own[1]).toHaveLength(whole[1]!.length);
    expect(own[2]?.endsWith((await audioOf(fakeFragments(2, 3)))[2]!)).toBe(true);
  });

  it('does not read again for damage in what it has no use for', async () => {
    const stream = new FakeStream(fakeFragments(1, 4));
    const cluster = Buffer.from(stream.fragments[1]!.bytes).indexOf(Buffer.from('1f43b675', 'hex'));
    stream.fragments[1] = {
      ...stream.fragments[1]!,
      bytes: zeroed(stream.fragments[1]!.bytes, cluster),
    };
    const start = { fragmentNumber: numberOf(3), timeMs: stream.fragments[2]!.producerTimestampMs };

    await stream.collect({ start }, until.completed(4));

    expect(stream.requests).toHaveLength(1);
  });

  it('takes a break for no damage', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [
      { bytes: 600, then: 'break' },
      { mutate: (bytes) => zeroed(bytes, length - 60) },
    ];

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.of('skipped')).toEqual([]);
    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
  });

  it('drops a fragment that comes again under its own number', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    stream.fragments.splice(1, 0, stream.fragments[0]!);

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.audio()).toEqual(await audioOf(fakeFragments(1, 2)));
  });

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
    ['a reset before the answer', reset()],
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

  it('ends when a stream that was read is deleted', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    stream.script = [{ then: 'end' }, { refuse: missing() }];

    const collected = await stream.collect({}, until.ended);

    expect(collected.events.at(-1)).toEqual({ type: 'ended', reason: 'stream-deleted' });
  });

  it('ends when the stream of a resumed call was deleted meanwhile', async () => {
    const stream = new FakeStream();
    stream.script = [{ refuse: missing() }];

    const collected = await stream.collect(
      { start: { isResumed: true, fragmentNumber: numberOf(2), previousFragmentNumber: null } },
      until.ended,
    );

    expect(collected.of('ended')).toEqual([{ type: 'ended', reason: 'stream-deleted' }]);
  });

  it('fails when a stream stays missing, but not at once', async () => {
    const stream = new FakeStream();
    stream.byDefault = { refuse: missing() };

    await expect(stream.collect({}, until.ended)).rejects.toMatchObject({
      code: 'stream-not-found',
    });
    expect(stream.requests).toHaveLength(4);
  });

  it('survives a token that is refused for a while during a call', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    const length = stream.fragments[0]!.bytes.length;
    stream.script = [
      { bytes: length, then: 'end' },
      ...Array.from({ length: 8 }, () => ({ refuse: denied() })),
    ];

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.completed).toEqual([1, 2].map(numberOf));
  });

  it('fails when access is denied for good', async () => {
    const stream = new FakeStream();
    stream.byDefault = { refuse: denied() };

    await expect(stream.collect({}, until.ended)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('stops with `aborted` when its signal does, whatever it waits for', async () => {
    for (const connection of [{}, { silent: true }, { refuse: reset() }]) {
      const stream = new FakeStream(fakeFragments(1, 1));
      stream.byDefault = connection;
      const reading = stream.collect({}, until.ended);
      const failed = expect(reading).rejects.toMatchObject({ code: 'aborted' });
      await new Promise((resolve) => setImmediate(resolve));

      stream.stop.abort();

      await failed;
      expect(stream.open).toBe(0);
    }
  });

  it.each([
    ['while it waits for bytes', {}, 3],
    ['in the middle of a fragment', { bytes: 500 }, 2],
    ['while a connection is not answered', { silent: true }, 2],
  ])('leaves no connection open when it is closed %s', async (_name, connection, batches) => {
    const stream = new FakeStream(fakeFragments(1, 2));
    stream.byDefault = connection;

    await stream.collect({}, until.batches(batches));
    await new Promise((resolve) => setImmediate(resolve));

    expect(stream.open).toBe(0);
    expect(stream.troubles).toEqual([]);
  });

  it('does not connect any more when it is closed while it rests', async () => {
    const stream = new FakeStream(fakeFragments(1, 1));
    stream.byDefault = { refuse: reset() };
    const reader = stream.read();
    await stream.clock.drive(reader.next());
    const waiting = reader.next();

    await reader.return();
    await stream.clock.drive(stream.clock.sleep(60_000));

    expect(stream.requests).toHaveLength(1);
    await expect(waiting).resolves.toEqual({ done: true, value: undefined });
  });

  it('yields once per tick while nothing comes', async () => {
    const stream = new FakeStream();
    const startedMs = stream.clock.monotonicMs();

    const collected = await stream.collect({}, until.batches(21));

    expect(stream.clock.monotonicMs() - startedMs).toBe(10_000);
    expect(collected.idleMs).toBe(10_000);
  });
});

function zeroed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = 0;
  return copy;
}

function occurrences(bytes: Uint8Array, pattern: Buffer): number[] {
  const found: number[] = [];
  const text = Buffer.from(bytes);
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) found.push(at);
  if (found.length === 0) throw new Error('the pattern does not occur');
  return found;
}
