import type { Recogniser, RecogniserEngine } from '../../../local/recognisers/recogniser';
import { createTonesEngine } from '../../../local/recognisers/tones';
import { systemClock } from '../../../local/transcribe/clock';
import { chunks, sleep, TestBench, tones, transcribe } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const quiet: Recogniser = {
  push: () => undefined,
  finish: () => undefined,
  close: () => undefined,
};
const engineOf = (recogniser: Recogniser): RecogniserEngine => ({
  name: 'test',
  open: () => recogniser,
  close: () => Promise.resolve(),
});

describe('a session of the Transcribe stand-in', () => {
  it('stops reading while its recogniser is busy, so that the client must wait', async () => {
    let release = () => {};
    const busy = new Promise<void>((resolve) => (release = resolve));
    let pushes = 0;
    const recogniser = { ...quiet, push: () => (pushes++ === 0 ? busy : undefined) };
    const standIn = await bench.start({ engine: engineOf(recogniser) });
    let taken = 0;
    async function* audio() {
      for await (const chunk of chunks(new Int16Array(500 * 4000), 4000)) {
        taken += 1;
        yield chunk;
      }
    }

    const session = transcribe(bench.client(standIn), audio());
    let before = -1;
    while (before !== taken || pushes === 0) {
      before = taken;
      await sleep(50);
    }

    expect(pushes).toBe(1);
    expect(taken).toBeLessThan(200);
    release();
    await session;
    expect(taken).toBe(500);
    expect(pushes).toBe(500);
  });

  it('hears nothing twice or out of order from a recogniser that always waits', async () => {
    const tonesEngine = createTonesEngine();
    const engine: RecogniserEngine = {
      ...tonesEngine,
      open: async (options) => {
        const inner = await tonesEngine.open(options);
        return {
          push: async (samples) => {
            await inner.push(samples);
            await sleep(1);
          },
          finish: () => inner.finish(),
          close: () => inner.close(),
        };
      },
    };
    const standIn = await bench.start({ engine });

    const heard = await transcribe(bench.client(standIn), chunks(tones('0987654321ABCD').samples));

    expect(heard.symbols()).toBe('0987654321ABCD');
  });

  it.each<[string, Partial<RecogniserEngine>]>([
    ['cannot be opened', { open: () => Promise.reject(new Error('no room')) }],
    [
      'throws',
      {
        open: () => ({
          ...quiet,
          push() {
            throw new Error('secret');
          },
        }),
      },
    ],
    ['rejects', { open: () => ({ ...quiet, push: () => Promise.reject(new Error('secret')) }) }],
    ['cannot finish', { open: () => ({ ...quiet, finish: () => Promise.reject(new Error('x')) }) }],
  ])('ends with InternalFailure when its recogniser %s', async (_what, broken) => {
    const standIn = await bench.start({ engine: { ...engineOf(quiet), ...broken } });

    await expect(
      transcribe(bench.client(standIn), chunks(new Int16Array(8000))),
    ).rejects.toMatchObject({
      name: 'InternalFailureException',
      message: expect.not.stringContaining('secret'),
    });

    expect(standIn.counters().active).toBe(0);
  });

  it('closes its recognisers however it ends', async () => {
    const opened: string[] = [];
    const closed: string[] = [];
    const engine: RecogniserEngine = {
      ...engineOf(quiet),
      open: () => {
        const name = `recogniser ${opened.length}`;
        opened.push(name);
        return { ...quiet, close: () => void closed.push(name) };
      },
    };
    const standIn = await bench.start({ engine, limits: { maxSessionMs: 500 } });
    const client = bench.client(standIn);

    await transcribe(client, chunks(new Int16Array(4000)));
    await transcribe(client, chunks(new Int16Array(8000))).catch(() => undefined);

    expect(closed).toEqual(['recogniser 0', 'recogniser 1']);
    expect(opened).toEqual(closed);
  });

  it('hears no faster than its processing speed', async () => {
    const standIn = await bench.start({ processingSpeed: 20 });
    const startedAtMs = performance.now();

    const heard = await transcribe(bench.client(standIn), chunks(tones('12345678').samples));

    // 8 x 100 ms at twenty times real time; the last chunk needs no wait.
    expect(performance.now() - startedAtMs).toBeGreaterThan(30);
    expect(heard.symbols()).toBe('12345678');
  });

  it('reads ahead of a slow processing speed until the frames are too old', async () => {
    // A clock on which a real second is five minutes, from the first chunk on.
    let startedAtMs: number | undefined;
    const runAheadMs = () => (startedAtMs === undefined ? 0 : (Date.now() - startedAtMs) * 300);
    const clock = { ...systemClock, nowMs: () => Date.now() + runAheadMs() };
    const standIn = await bench.start({ processingSpeed: 60, clock });
    async function* audio() {
      startedAtMs = Date.now();
      yield* chunks(new Int16Array(180 * 8000), 8000);
    }

    const session = transcribe(bench.client(standIn), audio());

    await expect(session).rejects.toThrow(/^Signature expired/);
    const [record] = standIn.sessions();
    expect(record?.audioMs).toBeGreaterThan(0);
    expect(record?.audioMs).toBeLessThan(180_000);
  });
});
