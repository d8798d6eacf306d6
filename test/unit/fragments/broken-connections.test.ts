import { numberOf } from '../../support/mkv-builder';
import { FakeStream, audioOf, fakeFragments, until } from './fake-stream';

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

  it('gives each sample once in a call that breaks off in every fragment', async () => {
    const stream = new FakeStream(fakeFragments(1, 100));
    stream.byDefault = {
      bytes: Math.floor(stream.fragments[0]!.bytes.length * 1.8),
      then: 'break',
    };

    const collected = await stream.collect({}, until.completed(100));

    expect(collected.audio()).toEqual(await audioOf(stream.fragments));
  });

  it('drops a fragment that comes again under its own number', async () => {
    const stream = new FakeStream(fakeFragments(1, 2));
    stream.fragments.splice(1, 0, stream.fragments[0]!);

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.audio()).toEqual(await audioOf(fakeFragments(1, 2)));
  });
});
