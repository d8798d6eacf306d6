import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { concatBytes } from '../../../local/mkv/ebml-encoding';
import { encodeCluster, encodeHeader, encodeTags } from '../../../local/mkv/writer';
import type { BlockSpec } from '../../../local/mkv/writer';
import { RawProducer } from './raw-producer';
import {
  closeAll,
  eventually,
  makeFragment,
  readMedia,
  start,
  startWithStream,
  START_MS,
  TRACK,
  TWO_TRACKS,
  type BodyReader,
} from './support';

const HEADER = encodeHeader([TRACK]);
const { blocks: BLOCKS } = makeFragment(0);

afterEach(closeAll);

function cluster(timestampMs: number, blocks: readonly BlockSpec[] = BLOCKS): Uint8Array {
  return encodeCluster({ timestampMs, blocks, size: 'unknown' });
}

/** A stand-in whose stream `calls` keeps what it gets. */
const startKept = (options?: KinesisVideoOptions) =>
  startWithStream(options, { retentionHours: 1 });

/** Two clusters with tags between them, as they come out of the stream. */
async function readTagsBetween(standIn: KinesisVideoStandIn, value: string): Promise<BodyReader> {
  const tags = encodeTags([{ name: 'Position', value }]);
  await new RawProducer(standIn).finish(HEADER, cluster(START_MS), tags, cluster(START_MS + 1000));
  const reader = await readMedia(standIn, 'calls');
  await reader.until(() => reader.completed.length === 2);
  return reader;
}

describe('what PutMedia makes of a body', () => {
  it('acknowledges while the body is still open', async () => {
    const producer = new RawProducer(await startKept());

    producer.request.write(concatBytes([HEADER, cluster(START_MS)]));
    await eventually(() => producer.count('BUFFERING') === 1);

    expect(producer.acknowledgements).toEqual([
      expect.objectContaining({ EventType: 'BUFFERING', FragmentTimecode: START_MS }),
    ]);
  });

  it('adds relative timecodes to the producer start', async () => {
    const standIn = await startKept();
    const producer = new RawProducer(standIn, { 'x-amzn-fragment-timecode-type': 'RELATIVE' });

    await producer.finish(HEADER, cluster(0), cluster(1000));

    expect(
      standIn.fragments('calls').map(({ producerTimestampMs }) => producerTimestampMs),
    ).toEqual([START_MS, START_MS + 1000]);
    expect(producer.acknowledgements[0]?.FragmentTimecode).toBe(0);
  });

  it('gives tags between clusters to the fragment before them', async () => {
    const standIn = await startKept();

    const reader = await readTagsBetween(standIn, 'first');

    expect(reader.of('complete').map((event) => event.tags.get('Position'))).toEqual([
      'first',
      undefined,
    ]);
  });

  it('gives them to the fragment after them when the stream is told so', async () => {
    const standIn = await startKept();
    standIn.setBehaviour('calls', { producerTags: 'precede' });

    const reader = await readTagsBetween(standIn, 'second');

    expect(reader.of('start').map((event) => event.tags.get('Position'))).toEqual([
      undefined,
      'second',
    ]);
  });

  it('completes a fragment at once when the producer marks its end', async () => {
    const producer = new RawProducer(await startKept());
    const mark = encodeTags([{ name: 'AWS_KINESISVIDEO_END_OF_FRAGMENT', value: '' }]);

    producer.request.write(concatBytes([HEADER, cluster(START_MS), mark]));
    await eventually(() => producer.count('PERSISTED') === 1);

    expect(producer.ended).toBe(false);
  });

  it('keeps what a producer that broke off had sent in whole blocks', async () => {
    const standIn = await startKept();
    const producer = new RawProducer(standIn);
    const body = concatBytes([HEADER, cluster(START_MS)]);
    producer.request.write(body.subarray(0, body.length - 5));
    await eventually(() => standIn.fragments('calls')[0]?.blocks === BLOCKS.length - 1);

    producer.request.destroy();
    await eventually(() => standIn.fragments('calls')[0]?.state === 'complete');
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 1);

    expect(reader.of('block')).toHaveLength(BLOCKS.length - 1);
    expect(standIn.statistics().putMediaConnections).toBe(0);
  });

  it('forgets a cluster of known size that never became whole', async () => {
    const standIn = await startKept();
    const producer = new RawProducer(standIn);
    const known = encodeCluster({ timestampMs: START_MS, blocks: BLOCKS, size: 'known' });
    producer.request.write(concatBytes([HEADER, known.subarray(0, known.length - 5)]));
    await eventually(() => standIn.fragments('calls').length === 1);

    producer.request.destroy();

    await eventually(() => standIn.fragments('calls').length === 0);
  });
});

describe('the rules of PutMedia', () => {
  const gap = { trackNumber: 1, timestampMs: 10_001, payload: new Uint8Array(4) };
  const late = { trackNumber: 1, timestampMs: -500, payload: new Uint8Array(4) };
  const foreign = { trackNumber: 7, timestampMs: 0, payload: new Uint8Array(4) };
  const longTag = encodeTags([{ name: 'Note', value: 'x'.repeat(257) }]);
  const manyTags = encodeTags(Array.from({ length: 11 }, (_, i) => ({ name: `n${i}`, value: '' })));
  const fourTracks = encodeHeader([1, 2, 3, 4].map((number) => ({ ...TRACK, number })));
  const big = { trackNumber: 1, timestampMs: 0, payload: new Uint8Array(3000) };

  it.each([
    [4001, 'a fragment over the size limit', [HEADER, cluster(START_MS, [big])]],
    [4002, 'a fragment over 10 s', [HEADER, cluster(START_MS, [...BLOCKS, gap])]],
    [4004, 'an earlier fragment', [HEADER, cluster(START_MS + 5000), cluster(START_MS)]],
    [4004, 'an earlier block', [HEADER, cluster(START_MS), cluster(START_MS + 1000, [late])]],
    [4006, 'what is no MKV', [new Uint8Array(100)]],
    [4006, 'a body that ends inside an element', [HEADER, cluster(START_MS).subarray(0, -1)]],
    [4007, 'a time that no date has', [HEADER, cluster(8_640_000_000_000_001)]],
    [4009, 'a tag that is too long', [HEADER, cluster(START_MS), longTag]],
    [4009, 'too many tags', [HEADER, cluster(START_MS), manyTags]],
    [4010, 'a block of an undeclared track', [HEADER, cluster(START_MS, [foreign])]],
    [4011, 'a track without a block', [encodeHeader(TWO_TRACKS), cluster(START_MS)]],
    [4012, 'four tracks', [fourTracks, cluster(START_MS)]],
  ])('answers error %i to %s, and ends', async (errorId, _, parts) => {
    const standIn = await startKept({ limits: { fragmentBytes: 2000 } });
    const producer = new RawProducer(standIn);

    await producer.finish(...parts);

    expect(producer.statusCode).toBe(200);
    expect(producer.acknowledgements.at(-1)).toMatchObject({
      EventType: 'ERROR',
      ErrorId: errorId,
    });
    expect(producer.errorIds).toEqual([errorId]);
    expect(standIn.fragments('calls').every(({ state }) => state === 'complete')).toBe(true);
    expect(standIn.statistics().putMediaConnections).toBe(0);
  });

  it('answers error 4008 when the stream is deleted under the producer', async () => {
    const standIn = await startKept();
    const producer = new RawProducer(standIn);
    producer.request.write(concatBytes([HEADER, cluster(START_MS)]));
    await eventually(() => producer.count('BUFFERING') === 1);

    standIn.deleteStream('calls');
    producer.request.write(cluster(START_MS + 1000));
    await eventually(() => producer.ended);

    expect(producer.errorIds).toEqual([4008]);
  });

  it('answers error 4003 when the connection gets too old', async () => {
    const standIn = await startKept({ limits: { putMediaSessionMs: 0 } });
    const producer = new RawProducer(standIn);
    producer.request.write(HEADER);

    await producer.finish(cluster(START_MS));

    expect(producer.errorIds).toEqual([4003]);
  });

  it('says that it is idle, then closes and keeps the fragment', async () => {
    const limits = { putMediaIdleMs: 400, putMediaIdleAckMs: 20 };
    const standIn = await startKept({ limits });
    const producer = new RawProducer(standIn);

    producer.request.write(concatBytes([HEADER, cluster(START_MS)]));
    await eventually(() => producer.ended);

    expect(producer.count('IDLE')).toBeGreaterThan(0);
    expect(producer.errorIds).toEqual([]);
    expect(standIn.fragments('calls')).toMatchObject([{ state: 'complete' }]);
  });

  it.each([
    ['InvalidArgumentException', { 'x-amzn-fragment-timecode-type': 'SOMETIMES' }],
    ['InvalidArgumentException', { 'x-amzn-producer-start-timestamp': 'yesterday' }],
    ['ResourceNotFoundException', { 'x-amzn-stream-name': 'nobody' }],
  ])('refuses with %s the headers %p', async (name, headers) => {
    const producer = new RawProducer(await startKept(), headers);

    await eventually(() => producer.statusCode !== undefined);

    expect(producer.errorType).toBe(name);
  });

  it('refuses a second producer of the stream while there is one', async () => {
    const standIn = await startKept();
    const first = new RawProducer(standIn);
    await eventually(() => standIn.statistics().putMediaConnections === 1);

    const second = new RawProducer(standIn);
    await eventually(() => second.statusCode !== undefined);
    await first.finish(HEADER, cluster(START_MS));

    expect(second.errorType).toBe('ConnectionLimitExceededException');
    expect(first.count('PERSISTED')).toBe(1);
  });

  it('gets a refusal through to a producer that goes on sending', async () => {
    const producer = new RawProducer(await startKept(), { 'x-amzn-stream-name': 'nobody' });
    for (let index = 0; index < 50; index += 1) producer.request.write(new Uint8Array(65_536));

    await eventually(() => producer.statusCode !== undefined);

    expect(producer.statusCode).toBe(404);
    producer.request.destroy();
  });

  it('creates the stream when told to', async () => {
    const standIn = await start({ autoCreate: true });

    await new RawProducer(standIn).finish(HEADER, cluster(START_MS));

    expect(standIn.fragments('calls')).toHaveLength(1);
  });
});
