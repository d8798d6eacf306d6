import type { TagSpec } from '../../../local/mkv/writer';
import { numberOf, type TestFragment } from '../../support/mkv-builder';
import { CALL_ID, FakeStream, audioOf, fakeFragment, fakeFragments, until } from './fake-stream';

const contact = (value: string): TagSpec[] => [{ name: 'ContactId', value }];
const untagged: Partial<TestFragment> = { producerTagsBefore: [] };
const taggedAfter = (value: string): Partial<TestFragment> => ({
  producerTagsBefore: [],
  producerTagsAfter: contact(value),
});
const foreign = (ordinal: number) =>
  fakeFragment(ordinal, { producerTagsBefore: contact('other') });
const own = fakeFragments;

describe('another call', () => {
  it('ends the reading at its first fragment, of which nothing is passed on', async () => {
    const stream = new FakeStream([...own(1, 3), foreign(4), ...own(5, 6)]);

    const collected = await stream.collect({}, until.ended);

    expect(collected.of('ended')).toEqual([{ type: 'ended', reason: 'another-call' }]);
    expect(collected.audio()).toEqual(await audioOf(own(1, 3)));
  });

  it('is passed over while it comes before the first own fragment', async () => {
    const stream = new FakeStream([foreign(1), foreign(2), ...own(3, 4)]);

    const collected = await stream.collect({}, until.completed(4));

    expect(collected.audio()).toEqual(await audioOf(own(3, 4)));
  });

  it('is kept out when its tag comes only after the cluster', async () => {
    const mine = [1, 2].map((ordinal) => fakeFragment(ordinal, taggedAfter(CALL_ID)));
    const stream = new FakeStream([...mine, fakeFragment(3, taggedAfter('other'))]);
    stream.readBytes = 50;

    const collected = await stream.collect({}, until.ended);

    expect(collected.of('ended')).toEqual([{ type: 'ended', reason: 'another-call' }]);
    expect(collected.audio()).toEqual(await audioOf(own(1, 2)));
  });

  it.each([
    ['that the call id names', 'contact-1'],
    ['that the call id does not name', 'req:mine'],
  ])('is kept out without a guard, by tags after the cluster %s', async (_name, callId) => {
    const mine = [1, 2].map((ordinal) => fakeFragment(ordinal, taggedAfter(CALL_ID)));
    const stream = new FakeStream([...mine, fakeFragment(3, taggedAfter('other'))]);

    const collected = await stream.collect({ guard: undefined, callId }, until.ended);

    expect(collected.of('ended')).toHaveLength(1);
    expect(collected.audio()).toEqual(await audioOf(own(1, 2)));
  });

  it('does not lend its tag to a call without a guard that begins after it', async () => {
    const stream = new FakeStream([foreign(1), foreign(2), ...own(3, 5)]);
    const start = { fragmentNumber: numberOf(3), timeMs: fakeFragment(3).producerTimestampMs };

    const collected = await stream.collect(
      { guard: undefined, callId: 'req:mine', start },
      until.completed(5),
    );

    expect(collected.audio()).toEqual(await audioOf(own(3, 5)));
  });

  it('ends a resumed call also when its own last fragment is not there any more', async () => {
    const stream = new FakeStream([...own(1, 1), foreign(3)]);
    const start = {
      isResumed: true,
      fragmentNumber: numberOf(2),
      previousFragmentNumber: numberOf(1),
    };

    const collected = await stream.collect({ start }, until.ended);

    expect(collected.events).toEqual([{ type: 'ended', reason: 'another-call' }]);
  });
});

describe('a fragment without the guard’s tag', () => {
  it('is passed on in the company of own ones', async () => {
    const stream = new FakeStream([...own(1, 1), fakeFragment(2, untagged), ...own(3, 3)]);

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.audio()).toEqual(await audioOf(own(1, 3)));
  });

  it('is kept out before there was an own one', async () => {
    const stream = new FakeStream([fakeFragment(1, untagged), ...own(2, 3)]);

    const collected = await stream.collect({}, until.completed(3));

    expect(collected.audio()).toEqual(await audioOf(own(2, 3)));
  });

  it('counts as audio that has come, though it was held', async () => {
    const fragments = [1, 2].map((ordinal) => fakeFragment(ordinal, taggedAfter(CALL_ID)));
    const stream = new FakeStream(fragments);
    stream.byDefault = { delayMs: 700 };
    stream.readBytes = fragments[0]!.bytes.length;

    const collected = await stream.collect({}, until.completed(2));

    expect(collected.idleMs).toBe(0);
  });
});

describe('a fragment that is in the stream twice', () => {
  const again = (ordinal: number, as: number, overrides: Partial<TestFragment> = {}) =>
    fakeFragment(ordinal, { number: numberOf(as), ...overrides });

  it('is dropped by time and bytes when it follows at once', async () => {
    const stream = new FakeStream([...own(1, 2), again(2, 10), again(3, 11)]);

    const collected = await stream.collect({}, until.completed(11));

    expect(collected.audio()).toEqual(await audioOf(own(1, 3)));
  });

  it('is dropped when several are sent again after a reconnect', async () => {
    const stream = new FakeStream([
      ...own(1, 4),
      again(2, 10),
      again(3, 11),
      again(4, 12),
      again(5, 13),
    ]);

    const collected = await stream.collect({}, until.completed(13));

    expect(collected.audio()).toEqual(await audioOf(own(1, 5)));
  });

  it('is dropped also when the first one broke off and went on', async () => {
    const fragments = [...own(1, 2), again(2, 10), again(3, 11)];
    const stream = new FakeStream(fragments);
    const length = fragments[0]!.bytes.length;
    for (let bytes = length; bytes < 3 * length; bytes += 20) {
      stream.script = [{ bytes, then: 'break' }];

      const collected = await stream.collect({}, until.completed(11));

      expect([bytes, collected.audio()]).toEqual([bytes, await audioOf(own(1, 3))]);
    }
  });

  it('is completed by the second when the first never was', async () => {
    const [first, second] = own(1, 2);
    const stream = new FakeStream([first!, again(2, 10), again(3, 11)]);
    const body = Buffer.concat([first!.bytes, second!.bytes.subarray(0, -150)]);
    // The service then took the incomplete one back; the producer sent all of it again.
    stream.script = [{ body, then: 'end' }];

    const collected = await stream.collect({}, until.completed(11));

    expect(collected.of('start').map(({ metadata }) => metadata.fragmentNumber)).toContain(
      numberOf(2),
    );
    expect(collected.audio()).toEqual(await audioOf(own(1, 3)));
  });

  it.each([
    ['has other audio', { blocks: [] as TestFragment['blocks'] }, 1],
    ['has another time', { producerTimestampMs: 1_700_000_000_999 }, 0],
  ])('is kept when it %s', async (_name, overrides, flipped) => {
    const blocks = [0, 64].map((timestampMs) => ({
      trackNumber: 1,
      timestampMs,
      payload: new Uint8Array(32).fill(timestampMs + flipped),
    }));
    const original = fakeFragment(2, {
      blocks: blocks.map((block) => ({ ...block, payload: block.payload.slice().fill(200) })),
    });
    const other = again(2, 10, { ...overrides, blocks });
    const stream = new FakeStream([...own(1, 1), original, other, ...own(11, 11)]);

    const collected = await stream.collect({}, until.completed(11));

    expect(collected.of('block')).toHaveLength(4 + 2 + 2 + 4);
  });

  it('is kept where it begins like the first and then differs', async () => {
    const blocks = (last: number) =>
      [0, 64, 128].map((timestampMs, index) => ({
        trackNumber: 1,
        timestampMs,
        payload: new Uint8Array(32).fill(index < 2 ? 0 : last),
      }));
    const stream = new FakeStream([
      fakeFragment(1, { blocks: blocks(1) }),
      again(1, 10, { blocks: blocks(2) }),
    ]);

    const collected = await stream.collect({}, until.completed(10));

    expect(collected.of('block')).toHaveLength(6);
  });
});

describe('a fragment that may be a repetition', () => {
  const blocksOf = (values: number[]) =>
    values.map((value, index) => ({
      trackNumber: 1,
      timestampMs: index * 16,
      payload: new Uint8Array(32).fill(value),
    }));
  const heard = async (fragments: ReturnType<typeof fakeFragment>[], bytes: number) => {
    const stream = new FakeStream(fragments);
    stream.script = [{ bytes, then: 'break' }];
    const collected = await stream.collect({}, until.completed(10));
    return collected.of('block').map(({ payload }) => payload[0]);
  };

  it.each([
    ['goes on behind the first’s end', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ['has audio of its own', [6, 7, 8, 9, 5], [1, 2, 3, 6, 7, 8, 9, 5]],
  ])('comes once also when it breaks off and %s', async (_name, values, expected) => {
    const first = fakeFragment(1, { blocks: blocksOf([1, 2, 3]) });
    const second = fakeFragment(1, { number: numberOf(10), blocks: blocksOf(values) });
    for (let cut = 0; cut < second.bytes.length; cut += 13) {
      expect([cut, await heard([first, second], first.bytes.length + cut)]).toEqual([
        cut,
        expected,
      ]);
    }
  });
});

describe('a held fragment', () => {
  it('gives its audio up beyond the bound, and says so', async () => {
    const block = { trackNumber: 1, payload: new Uint8Array(200_000).fill(1) };
    const blocks = Array.from({ length: 30 }, (_, index) => ({ ...block, timestampMs: index }));
    const stream = new FakeStream([fakeFragment(1, { ...taggedAfter(CALL_ID), blocks })]);

    const collected = await stream.collect({}, until.completed(1));

    const bytes = collected.of('block').reduce((sum, { payload }) => sum + payload.length, 0);
    expect(bytes).toBeLessThan(4 * 1024 * 1024);
    expect(collected.of('skipped')).toEqual([{ type: 'skipped', reason: 'malformed' }]);
  });
});
