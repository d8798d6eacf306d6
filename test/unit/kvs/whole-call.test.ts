import { placeAudio } from '../../../functions/worker/audio/place-audio';
import type { Fault } from '../../../local/faults/fault-board';
import { until } from '../../support/until';
import { TIMELINE } from '../audio/place';
import { Placed } from '../audio/placed';
import { FRAGMENT_MS, START_MS, TestStream } from './stand-in';

const FRAGMENTS = 12;
const CALL_MS = FRAGMENTS * FRAGMENT_MS;
const CALL_SAMPLES = CALL_MS * 8;

/** The call as the worker hears it, to its end. */
async function hear(stream: TestStream): Promise<Placed> {
  const placed = new Placed(0);
  const items = placeAudio({
    sources: [{ batches: stream.read(), legs: stream.legs.map((leg) => ({ leg })) }],
    channels: ['caller', 'agent'],
    ...TIMELINE,
    control: { endTimeMs: START_MS + CALL_MS },
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

describe.each(['lean', 'sdk'] as const)('a call read from the stand-in (%s)', (reader) => {
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

  it.concurrent.each(faults)('is whole in spite of $kind $settings', async (fault) => {
    const stream = await TestStream.open(reader);
    stream.produce(FRAGMENTS);
    stream.faults.arm(fault);

    const placed = await hear(stream);

    expect(stream.faults.struck(fault.kind)).toBe(fault.times ?? 1);
    expectWhole(placed);
    await stream.close();
  });

  it.concurrent('is whole in spite of many faults one after the other', async () => {
    const stream = await TestStream.open(reader);
    stream.produce(FRAGMENTS);
    for (const afterBytes of [1, 999, 2_048, 4_500, 7_777]) {
      stream.faults.arm({ kind: 'getmedia-reset', settings: { afterBytes } });
    }
    stream.faults.arm({ kind: 'getmedia-fragment-twice', times: 3 });
    stream.faults.arm({ kind: 'getmedia-flipped', settings: { at: 'block' } });

    const placed = await hear(stream);

    expect(stream.faults.struck('getmedia-reset')).toBe(5);
    expectWhole(placed);
    await stream.close();
  });

  it.concurrent('is whole when it is read while it is spoken', async () => {
    const stream = await TestStream.open(reader);
    const heard = hear(stream);
    for (let fragment = 0; fragment < FRAGMENTS; fragment += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      stream.produce(1);
    }

    expectWhole(await heard);
    await stream.close();
  });

  it.concurrent('ends with the stream', async () => {
    const stream = await TestStream.open(reader);
    stream.produce(2);
    const heard = hear(stream);
    await until(() => stream.connections > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));

    stream.standIn.deleteStream('calls');

    expect((await heard).end).toMatchObject({
      reason: 'stream-deleted',
      sample: 2 * FRAGMENT_MS * 8,
    });
    await stream.close();
  });
});
