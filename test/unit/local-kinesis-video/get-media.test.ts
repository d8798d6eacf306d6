import type { StartSelector } from '@aws-sdk/client-kinesis-video-media';
import { SERVER_START_MS, startFilled } from './filled-stream';
import type { Filled } from './filled-stream';
import {
  closeAll,
  FRAGMENT_MS,
  makeFragment,
  makeFragments,
  openMedia,
  readMedia,
  startWithStream,
  START_MS,
  TRACK,
} from './support';

afterEach(closeAll);

async function firstIndex({ standIn, numbers }: Filled, selector: StartSelector): Promise<number> {
  const reader = await readMedia(standIn, 'calls', selector);
  await reader.until(() => reader.started.length > 0);
  return numbers.indexOf(reader.started[0] ?? '');
}

describe('where GetMedia starts', () => {
  it.each([
    ['EARLIEST', 0],
    ['NOW', 3],
  ] as const)('%s is fragment %i of 0 to 3', async (StartSelectorType, expected) => {
    expect(await firstIndex(await startFilled(), { StartSelectorType })).toBe(expected);
  });

  it('is after the fragment number by default', async () => {
    const filled = await startFilled();
    const selector = {
      StartSelectorType: 'FRAGMENT_NUMBER',
      AfterFragmentNumber: filled.numbers[1],
    } as const;

    expect(await firstIndex(filled, selector)).toBe(2);
  });

  it('is that very fragment when the stand-in is told to be inclusive', async () => {
    const filled = await startFilled({ behaviour: { afterFragment: 'inclusive' } });
    const selector = {
      StartSelectorType: 'FRAGMENT_NUMBER',
      AfterFragmentNumber: filled.numbers[1],
    } as const;

    expect(await firstIndex(filled, selector)).toBe(1);
  });

  it('is after the fragment that the continuation token came with', async () => {
    const filled = await startFilled();
    const selector = {
      StartSelectorType: 'CONTINUATION_TOKEN',
      ContinuationToken: filled.numbers[2],
    } as const;

    expect(await firstIndex(filled, selector)).toBe(3);
  });

  it.each([
    ['before all', -5000, 0],
    ['at the start of fragment 1', FRAGMENT_MS, 1],
    ['inside fragment 1', FRAGMENT_MS + 437, 1],
  ])('is the fragment that contains the producer time: %s', async (_, offsetMs, expected) => {
    const selector = {
      StartSelectorType: 'PRODUCER_TIMESTAMP',
      StartTimestamp: new Date(START_MS + offsetMs),
    } as const;

    expect(await firstIndex(await startFilled(), selector)).toBe(expected);
  });

  it('is the fragment that was being received at the server time', async () => {
    const selector = {
      StartSelectorType: 'SERVER_TIMESTAMP',
      StartTimestamp: new Date(SERVER_START_MS + 2 * FRAGMENT_MS + 500),
    } as const;

    expect(await firstIndex(await startFilled(), selector)).toBe(2);
  });

  it('is answered in the body with error 4000 when the fragment is not there', async () => {
    const { standIn } = await startFilled();

    const reader = await readMedia(standIn, 'calls', {
      StartSelectorType: 'FRAGMENT_NUMBER',
      AfterFragmentNumber: '9'.repeat(47),
    });
    await reader.end();

    expect(reader.outcome).toBe('ended');
    expect(reader.events).toMatchObject([{ type: 'failed', errorId: 4000 }]);
  });

  it('is refused when the selector lacks what its type needs', async () => {
    const { standIn } = await startFilled();

    await expect(
      openMedia(standIn, 'calls', { StartSelectorType: 'FRAGMENT_NUMBER' }),
    ).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});

describe('what GetMedia sends', () => {
  it('tells how far each fragment is behind the newest', async () => {
    const { standIn } = await startFilled();

    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    expect(reader.of('complete').map(({ millisBehindNow }) => millisBehindNow)).toEqual([
      3000, 2000, 1000, 0,
    ]);
    expect(reader.of('start').map(({ metadata }) => metadata.serverTimestampMs)).toEqual(
      [0, 1000, 2000, 3000].map((offsetMs) => SERVER_START_MS + offsetMs),
    );
  });

  it('forwards blocks of an unfinished fragment as they arrive', async () => {
    const standIn = await startWithStream();
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    const { producerTimestampMs, blocks } = makeFragment(0);
    producer.begin(producerTimestampMs);

    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.outcome === 'open');
    producer.write(blocks.slice(0, 2));
    await reader.until(() => reader.of('block').length === 2);
    producer.write(blocks.slice(2, 3));
    await reader.until(() => reader.of('block').length === 3);

    expect(reader.completed).toEqual([]);
  });

  it('holds a fragment back until it is whole when clusters have a known size', async () => {
    const standIn = await startWithStream({ behaviour: { clusterSize: 'known' } });
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    const [first, second] = makeFragments(2);
    producer.begin(START_MS);
    producer.write(first?.blocks ?? []);
    const reader = await readMedia(standIn, 'calls');

    producer.begin(START_MS + FRAGMENT_MS);
    producer.write(second?.blocks ?? []);
    await reader.until(() => reader.completed.length === 1);

    expect(reader.of('block')).toHaveLength(first?.blocks.length ?? 0);
    expect(reader.of('malformed')).toEqual([]);
    expect(reader.started).toHaveLength(1);
  });

  it('puts tags that followed a cluster after it, before its own', async () => {
    const standIn = await startWithStream();
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    producer.begin(START_MS);
    producer.write(makeFragment(0).blocks);
    producer.end([{ name: 'ContactId', value: 'contact-1' }]);

    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 1);

    expect(reader.of('start')[0]?.tags.has('ContactId')).toBe(false);
    expect(reader.of('complete')[0]?.tags.get('ContactId')).toBe('contact-1');
  });

  it('gives several readers the same bytes', async () => {
    const { standIn, numbers } = await startFilled();

    const readers = await Promise.all([1, 2, 3].map(() => readMedia(standIn, 'calls')));
    for (const reader of readers) await reader.until(() => reader.completed.length === 4);

    for (const reader of readers) expect(reader.completed).toEqual(numbers);
    expect(readers[0]?.of('block')).toEqual(readers[2]?.of('block'));
  });
});

describe('when GetMedia ends', () => {
  it('ends in order when nothing has come for the idle time', async () => {
    const { standIn } = await startFilled({ limits: { getMediaIdleMs: 30 } });

    const reader = await readMedia(standIn, 'calls');
    await reader.end();

    expect(reader.outcome).toBe('ended');
    expect(reader.completed).toHaveLength(4);
  });

  it('ends without a word at the session limit, also inside a fragment', async () => {
    const standIn = await startWithStream({ limits: { getMediaSessionMs: 30 } });
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    producer.begin(START_MS);
    producer.write(makeFragment(0).blocks);

    const reader = await readMedia(standIn, 'calls');
    await reader.end();

    expect(reader.outcome).toBe('ended');
    expect(reader.events.at(-1)?.type).toBe('incomplete');
  });

  it('ends when the stream is deleted', async () => {
    const { standIn } = await startFilled();
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    standIn.deleteStream('calls');
    await reader.end();

    expect(reader.outcome).toBe('ended');
  });
});
