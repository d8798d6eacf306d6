import { placeAudio } from '../../../functions/worker/audio/timeline';
import type { ReaderBatch } from '../../../functions/worker/fragments/reader-batch';
import type { Fault } from '../../../local/faults/fault-board';
import { Placed } from '../audio/support';
import { FRAGMENT_MS, START_MS, TestStream } from './stand-in';

const FRAGMENTS = 12;
const CALL_MS = FRAGMENTS * FRAGMENT_MS;
const CALL_SAMPLES = CALL_MS * 8;

let stream: TestStream;

/** The call as the worker hears it, to its end. */
async function hear(): Promise<Placed> {
  const placed = new Placed(0);
  const items = placeAudio({
    sources: [{ batches: stream.read(), legs: stream.legs.map((leg) => ({ leg })) }],
    channels: ['caller', 'agent'],
    fromSample: 0,
    gapsTo: {},
    control: { endTimeMs: START_MS + CALL_MS },
    chunkMs: 200,
    pauseMs: 10_000,
    holdMs: 30_000,
    idleLimitMs: 60_000,
    maxDurationMs: 86_400_000,
  });
  for await (const batch of items) placed.add(batch, 0);
  return placed;
}

function expectWhole(placed: Placed): void {
  const voice = [{ kind: 'voice', fromMs: 0, toMs: CALL_MS, shiftMs: 0 }];
  expect(placed.stretches(0, 2, 1)).toEqual(voice);
  expect(placed.stretches(1, 2, 2)).toEqual(voice);
  expect(placed.gaps()).toEqual([]);
  expect(placed.end.received).toEqual({ caller: CALL_SAMPLES, agent: CALL_SAMPLES });
}

/** Reads until the condition holds, and leaves. */
async function readUntil(condition: (batch: ReaderBatch) => boolean): Promise<void> {
  for await (const batch of stream.read()) if (condition(batch)) return;
}

describe.each(['lean', 'sdk'] as const)('a call read from the stand-in (%s)', (reader) => {
  beforeEach(async () => {
    stream = await TestStream.open(reader);
  });
  afterEach(() => stream.close());

  const faults: Fault[] = [
    { kind: 'getdataendpoint-unavailable' },
    { kind: 'getdataendpoint-client-limit' },
    { kind: 'getmedia-connection-limit' },
    { kind: 'getmedia-client-limit' },
    { kind: 'getmedia-invalid-endpoint' },
    { kind: 'getmedia-not-authorized' },
    { kind: 'getmedia-unavailable', times: 2 },
    { kind: 'getmedia-silent-end', times: 2 },
    { kind: 'getmedia-silent-end', settings: { afterMs: 20 } },
    { kind: 'getmedia-reset', times: 2 },
    { kind: 'getmedia-reset', settings: { afterBytes: 0 } },
    { kind: 'getmedia-reset', settings: { afterBytes: 5_000 } },
    { kind: 'getmedia-reset', settings: { afterBytes: 1_000_000 } },
    ...[3002, 4500, 5000].map((errorId) => ({ kind: 'getmedia-error', settings: { errorId } })),
    { kind: 'getmedia-slow', settings: { bytesPerSecond: 100_000, forMs: 200 } },
    { kind: 'getmedia-fragment-twice', times: 3 },
    ...['ebml', 'tracks', 'tags', 'cluster', 'block'].map((at) => ({
      kind: 'getmedia-flipped',
      settings: { at },
    })),
  ];

  it.each(faults)('is whole in spite of $kind $settings', async (fault) => {
    stream.produce(FRAGMENTS);
    stream.faults.arm(fault);

    const placed = await hear();

    expect(stream.faults.struck(fault.kind)).toBe(fault.times ?? 1);
    expectWhole(placed);
  });

  it('is whole when it is read while it is spoken', async () => {
    const heard = hear();
    for (let fragment = 0; fragment < FRAGMENTS; fragment += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      stream.produce(1);
    }

    expectWhole(await heard);
  });

  it('ends with the stream', async () => {
    stream.produce(2);
    const heard = hear();
    await new Promise((resolve) => setTimeout(resolve, 300));

    stream.standIn.deleteStream('calls');

    expect((await heard).end).toMatchObject({
      reason: 'stream-deleted',
      sample: 2 * FRAGMENT_MS * 8,
    });
  });
});

describe.each(['lean', 'sdk'] as const)('MediaSource (%s)', (reader) => {
  beforeEach(async () => {
    stream = await TestStream.open(reader);
  });
  afterEach(() => stream.close());

  it('asks for an endpoint once, and again after a failure', async () => {
    stream.produce(1);
    const open = async () => {
      const connection = new AbortController();
      await stream.source.open(stream.arn, { type: 'earliest' }, connection.signal);
      connection.abort();
    };
    await open();
    await open();
    expect(stream.endpointsAsked).toBe(1);

    stream.faults.arm({ kind: 'getmedia-invalid-endpoint' });
    await expect(open()).rejects.toMatchObject({ code: 'stream-error', retryable: true });
    await open();

    expect(stream.endpointsAsked).toBe(2);
  });

  it.each([
    ['getmedia-not-authorized', 'access-denied', false],
    ['getmedia-connection-limit', 'quota-exceeded', true],
    ['getmedia-client-limit', 'quota-exceeded', true],
    ['getmedia-unavailable', 'unavailable', true],
    ['getdataendpoint-unavailable', 'unavailable', true],
  ])('calls %s %s', async (kind, code, retryable) => {
    stream.faults.arm({ kind });

    const opening = stream.source.open(stream.arn, { type: 'earliest' }, stream.stop.signal);

    await expect(opening).rejects.toMatchObject({
      code,
      retryable,
      context: { streamArn: stream.arn },
    });
  });

  it('names a stream that does not exist, and what to do', async () => {
    const arn = stream.arn.replace('calls', 'nothing');

    await expect(
      stream.source.open(arn, { type: 'earliest' }, stream.stop.signal),
    ).rejects.toMatchObject({
      code: 'stream-not-found',
      message: expect.stringContaining('check streamArn'),
    });
  });

  it('closes the connection of a body that nobody comes to read', async () => {
    stream.produce(1);
    const connection = new AbortController();
    await stream.source.open(stream.arn, { type: 'earliest' }, connection.signal);
    expect(stream.connections).toBe(1);

    connection.abort();

    await closed();
  });

  it.each([
    ['at the live edge', (batch: ReaderBatch) => batch.status === 'live'],
    ['at the first bytes', (batch: ReaderBatch) => batch.events.length > 0],
  ])('leaves no connection when its reader leaves %s', async (_name, condition) => {
    stream.produce(3);

    await readUntil(condition);

    await closed();
  });

  it('leaves no connection when the worker stops', async () => {
    stream.produce(3);
    const reading = readUntil(() => false);
    await new Promise((resolve) => setTimeout(resolve, 200));

    stream.stop.abort();

    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    await closed();
  });
});

async function closed(): Promise<void> {
  while (stream.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
