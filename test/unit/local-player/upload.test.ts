import { FaultBoard } from '../../../local/faults/fault-board';
import type { Fault } from '../../../local/faults/fault-board';
import { startKinesisVideo, type KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import type { SourceFragment } from '../../../local/player/call-source';
import type { Pacer } from '../../../local/player/pacer';
import { upload, type UploadOptions } from '../../../local/player/upload';

const START_MS = Date.UTC(2026, 0, 31, 10);
const IDLE_MS = 60;
const TRACK = { number: 1, name: 'T1', codecId: 'A_PCM/INT/LIT', sampleRateHz: 8000 };

const faults = new FaultBoard();
let kinesisVideo: KinesisVideoStandIn;

beforeAll(async () => {
  kinesisVideo = await startKinesisVideo({
    faults,
    limits: { putMediaIdleMs: IDLE_MS, putMediaIdleAckMs: 20, putMediaCallsPerSecond: 100 },
  });
});
afterEach(() => faults.disarm());
afterAll(() => kinesisVideo.close());

/** Fragments of two blocks, 128 ms each, filled with their number. */
async function* fragments(count: number): AsyncGenerator<SourceFragment> {
  for (let index = 0; index < count; index += 1) {
    yield {
      timestampMs: index * 128,
      blocks: [0, 64].map((offset) => ({
        trackNumber: 1,
        timestampMs: index * 128 + offset,
        endMs: index * 128 + offset + 64,
        payload: new Uint8Array(1024).fill(index),
      })),
    };
  }
}

async function uploadTo(name: string, changes: Partial<UploadOptions> = {}): Promise<number[]> {
  const pacer: Pacer = { waitUntil: () => new Promise((resolve) => setTimeout(resolve, 1)) };
  const stream = kinesisVideo.createStream(name, {});
  await upload({
    endpoint: kinesisVideo.url,
    stream,
    tracks: [TRACK],
    fragments: fragments(6),
    startTimeMs: START_MS,
    longPauseMs: 20_000,
    pacer,
    abort: new AbortController().signal,
    onAcknowledgement: () => undefined,
    sleep: async () => undefined,
    ...changes,
  });
  return kinesisVideo.fragments(stream).map((each) => each.producerTimestampMs - START_MS);
}

const EVERY_FRAGMENT = [0, 128, 256, 384, 512, 640];

describe('upload', () => {
  it('puts every fragment into the stream once', async () => {
    expect(await uploadTo('plain')).toEqual(EVERY_FRAGMENT);
  });

  it.each<[string, Fault]>([
    ['refused for the moment', { kind: 'putmedia-unavailable', times: 3 }],
    ['broken by an internal error', { kind: 'putmedia-error', times: 2 }],
  ])('goes on where it was when the connection is %s', async (_, fault) => {
    faults.arm(fault);

    const times = await uploadTo(`stream-${fault.kind}`);

    expect(faults.struck(fault.kind)).toBe(fault.times);
    expect([...new Set(times)]).toEqual(EVERY_FRAGMENT);
  });

  it('keeps no connection over a long pause', async () => {
    const pauseFrom = 3 * 128;
    async function* withPause(): AsyncGenerator<SourceFragment> {
      for await (const { timestampMs, blocks } of fragments(6)) {
        const later = timestampMs < pauseFrom ? 0 : 60_000;
        yield {
          timestampMs: timestampMs + later,
          blocks: blocks.map((block) => ({
            ...block,
            timestampMs: block.timestampMs + later,
            endMs: block.endMs + later,
          })),
        };
      }
    }
    const pacer: Pacer = {
      waitUntil: (ms) =>
        new Promise((resolve) =>
          setTimeout(resolve, ms === 60_000 + pauseFrom + 64 ? IDLE_MS * 4 : 1),
        ),
    };

    const times = await uploadTo('pause', { fragments: withPause(), pacer, longPauseMs: 20_000 });

    expect(times).toEqual([0, 128, 256, 60_384, 60_512, 60_640]);
  });

  it('does not repeat what breaks a rule', async () => {
    faults.arm({ kind: 'putmedia-error', settings: { errorId: 4006 } });

    await expect(uploadTo('rule')).rejects.toThrow('4006');
    expect(faults.struck('putmedia-error')).toBeGreaterThan(0);
  });

  it('gives up when connection after connection brings nothing forward', async () => {
    faults.arm({ kind: 'putmedia-unavailable', times: 1000 });
    const before = faults.struck('putmedia-unavailable');

    await expect(uploadTo('down')).rejects.toMatchObject({ code: 'unavailable' });
    expect(faults.struck('putmedia-unavailable') - before).toBe(8);
  });

  it('ends where it is when it is hung up', async () => {
    const hangUp = new AbortController();
    const onPosition = (endMs: number): void => {
      if (endMs === 256) hangUp.abort();
    };
    const pacer: Pacer = { waitUntil: async (_, signal) => signal?.throwIfAborted() };

    const times = await uploadTo('hung-up', { hangUp: hangUp.signal, onPosition, pacer });

    expect(times).toEqual([0, 128]);
  });
});
