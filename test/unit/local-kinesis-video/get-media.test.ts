import type { StartSelector } from '@aws-sdk/client-kinesis-video-media';
import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import {
  BodyReader,
  closeAll,
  eventually,
  FRAGMENT_MS,
  makeFragment,
  makeFragments,
  openMedia,
  readMedia,
  start,
  START_MS,
  TRACK,
} from './support';

const SERVER_START_MS = 1_800_000_000_000;

afterEach(closeAll);

interface Filled {
  readonly standIn: KinesisVideoStandIn;
  readonly numbers: string[];
}

/** A stream `calls` with four fragments, a second of server time apart. */
async function startFilled(options: KinesisVideoOptions = {}): Promise<Filled> {
  let nowMs = SERVER_START_MS;
  const standIn = await start({ nowMs: () => nowMs, ...options });
  standIn.createStream('calls', { retentionHours: 1 });
  const producer = standIn.openProducer('calls', { tracks: [TRACK] });
  for (const { producerTimestampMs, blocks } of makeFragments(4)) {
    producer.begin(producerTimestampMs);
    producer.write(blocks);
    nowMs += FRAGMENT_MS;
    producer.end();
  }
  const numbers = standIn.fragments('calls').map(({ fragmentNumber }) => fragmentNumber);
  return { standIn, numbers };
}

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
    const standIn = await start();
    standIn.createStream('calls');
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
    const standIn = await start({ behaviour: { clusterSize: 'known' } });
    standIn.createStream('calls');
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
    const standIn = await start();
    standIn.createStream('calls');
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
    const standIn = await start({ limits: { getMediaSessionMs: 30 } });
    standIn.createStream('calls');
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

describe('the limits of GetMedia', () => {
  it('refuses a fourth connection, and allows it once another has closed', async () => {
    const { standIn } = await startFilled();
    const bodies = [];
    for (let call = 0; call < 3; call += 1) bodies.push(await openMedia(standIn, 'calls'));

    await expect(openMedia(standIn, 'calls')).rejects.toMatchObject({
      name: 'ConnectionLimitExceededException',
    });
    bodies[0]?.destroy();
    await eventually(() => standIn.statistics().getMediaConnections === 2);
    const again = new BodyReader(await openMedia(standIn, 'calls'));
    for (const body of bodies) body.destroy();

    await again.until(() => again.completed.length === 4);
  });

  it('refuses a sixth call within a second', async () => {
    const { standIn } = await startFilled();
    for (let call = 0; call < 5; call += 1) (await openMedia(standIn, 'calls')).destroy();
    await eventually(() => standIn.statistics().getMediaConnections < 3);

    await expect(openMedia(standIn, 'calls')).rejects.toMatchObject({
      name: 'ClientLimitExceededException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('answers an unknown stream with ResourceNotFoundException', async () => {
    await expect(openMedia(await start(), 'nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('sends no faster than the rate', async () => {
    const { standIn } = await startFilled({ limits: { getMediaBytesPerSecond: 20_000 } });
    const startedAt = performance.now();

    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    const bytes = standIn.fragments('calls').reduce((sum, item) => sum + item.clusterBytes, 0);
    expect(performance.now() - startedAt).toBeGreaterThan((bytes / 20_000 - 0.06) * 1000);
  });

  it('keeps nothing for a reader that does not read', async () => {
    const limits = { hostBufferBytes: 4_000_000, getMediaBytesPerSecond: Infinity };
    const standIn = await start({ limits });
    standIn.createStream('calls');
    const body = await openMedia(standIn, 'calls');
    body.pause();
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    const payload = new Uint8Array(500_000);

    for (let index = 0; index < 60; index += 1) {
      producer.begin(START_MS + index * FRAGMENT_MS);
      producer.write([{ trackNumber: 1, timestampMs: 0, payload }]);
      producer.end();
      await new Promise(setImmediate);
    }
    const stored = standIn.fragments('calls');
    const reader = new BodyReader(body);
    body.resume();
    await reader.until(() => reader.completed.at(-1) === stored.at(-1)?.fragmentNumber);

    expect(standIn.statistics().mediaBytes).toBeLessThan(5_000_000);
    expect(reader.completed.length).toBeLessThan(60);
    expect(reader.of('malformed')).toEqual([]);
  });
});
