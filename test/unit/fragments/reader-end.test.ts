import { CallscribeError } from '../../../shared/errors';
import { numberOf } from '../../support/mkv-builder';
import { FakeStream, fakeFragments, until } from './fake-stream';

const reset = () => new CallscribeError('unavailable', 'ECONNRESET', { retryable: true });
const missing = () => new CallscribeError('stream-not-found', 'no such stream');
const denied = () => new CallscribeError('access-denied', 'no');

describe('readFragments', () => {
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
});
