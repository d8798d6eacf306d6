import { CallscribeError } from '../../../shared/errors';
import { numberOf } from '../../support/mkv-builder';
import {
  FakeStream,
  audioOf,
  fakeFragment,
  fakeFragments,
  inBandError,
  until,
} from './fake-stream';

const FIRST = 4;
const first = fakeFragment(FIRST);
/** The start of a worker that goes on with a call. */
const RESUMED = {
  isResumed: true,
  fragmentNumber: first.number,
  previousFragmentNumber: numberOf(FIRST - 1),
  timeMs: first.producerTimestampMs,
};

/** Ten fragments, of which those from FIRST on are wanted. */
function stream(after: FakeStream['after'] = 'exclusive'): FakeStream {
  const made = new FakeStream(fakeFragments(1, 10));
  made.after = after;
  return made;
}

describe('readFragments, at its start', () => {
  const wanted = () => audioOf(fakeFragments(FIRST, 10));

  it.each([
    ['number, read as "after"', 'exclusive', { fragmentNumber: first.number }],
    ['number, read as "from"', 'inclusive', { fragmentNumber: first.number }],
    [
      'number and time',
      'exclusive',
      { fragmentNumber: first.number, timeMs: first.producerTimestampMs },
    ],
    [
      'number and a time that is 20 s late',
      'exclusive',
      { fragmentNumber: first.number, timeMs: first.producerTimestampMs + 10_200 },
    ],
    [
      'number and a time that is an hour early',
      'exclusive',
      { fragmentNumber: first.number, timeMs: first.producerTimestampMs - 3_600_000 },
    ],
    ['resume after the one before', 'exclusive', RESUMED],
    [
      'resume after the one before, read as "from"',
      'inclusive',
      { isResumed: true, fragmentNumber: first.number, previousFragmentNumber: numberOf(3) },
    ],
    [
      'resume at the very first fragment',
      'exclusive',
      { ...RESUMED, previousFragmentNumber: null },
    ],
  ] as const)('begins with just the first fragment: %s', async (_name, after, start) => {
    const collected = await stream(after).collect({ start }, until.completed(10));

    expect(collected.completed[0]).toBe(first.number);
    expect(collected.audio()).toEqual(await wanted());
  });

  it('finds the first fragment also when it is the only one', async () => {
    const only = new FakeStream(fakeFragments(1, FIRST));

    const collected = await only.collect(
      { start: { fragmentNumber: first.number } },
      until.completed(FIRST),
    );

    expect(collected.completed).toEqual([first.number]);
  });

  it('waits for a first fragment that is not in the stream yet', async () => {
    const early = stream();
    const body = Buffer.concat(fakeFragments(1, 2).map(({ bytes }) => bytes));
    early.script = [{ body }, { body: Buffer.alloc(0) }];
    const start = { fragmentNumber: first.number, timeMs: first.producerTimestampMs };

    const collected = await early.collect({ start }, until.completed(10));

    expect(collected.audio()).toEqual(await wanted());
  });

  it('begins a stream without a start at its oldest fragment', async () => {
    const collected = await stream().collect({}, until.completed(10));

    expect(collected.completed[0]).toBe(numberOf(1));
  });

  it('goes on where the stream still has something when the place to go on has expired', async () => {
    const kept = stream();
    kept.fragments = fakeFragments(6, 10);

    const collected = await kept.collect({ start: RESUMED }, until.completed(10));

    expect(collected.events[0]).toEqual({ type: 'skipped', reason: 'expired' });
    expect(collected.audio()).toEqual(await audioOf(fakeFragments(6, 10)));
  });

  it('goes on by time when the service refuses the number', async () => {
    const strict = stream();
    strict.script = [{ refuse: new CallscribeError('stream-error', 'InvalidArgument') }];

    const collected = await strict.collect({ start: RESUMED }, until.completed(10));

    expect(collected.audio()).toEqual(await wanted());
  });

  it('goes on by time when the last fragment has expired while the stream was quiet', async () => {
    const quiet = stream();
    const length = first.bytes.length;
    quiet.script = [
      { bytes: 3 * length, then: 'end' },
      { body: inBandError(4000), then: 'end' },
    ];

    const collected = await quiet.collect({}, until.completed(10));

    expect(collected.audio()).toEqual(await audioOf(fakeFragments(1, 10)));
    expect(quiet.requests[2]?.type).toBe('producer-time');
  });

  it('fails when the service refuses what it is asked for in any case', async () => {
    const strict = stream();
    strict.byDefault = { refuse: new CallscribeError('stream-error', 'InvalidArgument') };

    await expect(strict.collect({}, until.ended)).rejects.toMatchObject({ code: 'stream-error' });
  });

  it('passes a fragment over that can never be read, once what lies behind it can', async () => {
    const broken = stream();
    broken.fragments[4] = { ...broken.fragments[4]!, bytes: inBandError(5000, numberOf(5)) };
    broken.byDefault = { then: 'end' };

    const collected = await broken.collect({}, until.completed(10));

    expect(collected.completed).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10].map(numberOf));
    expect(collected.of('skipped')[0]).toEqual({ type: 'skipped', reason: 'stream-error' });
  });

  it('loses nothing in an outage during which no fragment can be read', async () => {
    const outage = stream();
    const length = first.bytes.length;
    const error = { body: inBandError(5000), then: 'end' as const };
    outage.script = [
      { bytes: 2 * length, then: 'end' },
      ...Array.from({ length: 40 }, () => error),
    ];

    const collected = await outage.collect({}, until.completed(10));

    expect(collected.audio()).toEqual(await audioOf(fakeFragments(1, 10)));
  });
});
