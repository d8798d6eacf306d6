import { numberOf } from '../../support/mkv-builder';
import { FakeStream, audioOf, fakeFragments, until } from './fake-stream';

describe('readFragments', () => {
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
    const cluster = clusterOf(stream.fragments[0]!);
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
    const cluster = clusterOf(stream.fragments[1]!);
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
});

function zeroed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = 0;
  return copy;
}

/** Where the fragment's one cluster begins. */
function clusterOf({ bytes }: { readonly bytes: Uint8Array }): number {
  return Buffer.from(bytes).indexOf(Buffer.from('1f43b675', 'hex'));
}

function occurrences(bytes: Uint8Array, pattern: Buffer): number[] {
  const found: number[] = [];
  const text = Buffer.from(bytes);
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) found.push(at);
  if (found.length === 0) throw new Error('the pattern does not occur');
  return found;
}
