import fc from 'fast-check';

import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import { AudioWindow, type AudioCursor } from '../../../functions/worker/transcribe/audio-window';

const CAPACITY = 100;
const never = new AbortController().signal;

function chunk(startSample: number, sampleCount = 10): AudioChunk {
  const bytes = new Uint8Array(2 * sampleCount);
  return { startSample, sampleCount, bytes, peaks: [0] };
}

/** A window that has been shown [0, to) and keeps what fits. */
async function filled(to: number): Promise<AudioWindow> {
  const window = new AudioWindow(CAPACITY);
  for (let at = 0; at < to; at += 10) await window.push(chunk(at), never);
  return window;
}

/** Whether a push goes through without anything else happening. */
async function goesThrough(push: Promise<void> | undefined): Promise<boolean> {
  let done = false;
  void Promise.resolve(push).then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('AudioWindow', () => {
  it('keeps the last of the audio, whole chunks of it', async () => {
    const window = await filled(500);

    expect([window.start, window.end]).toEqual([400, 500]);
  });

  it('gives the chunk that holds a position, or the first one after it', async () => {
    const window = new AudioWindow(CAPACITY);
    await window.push(chunk(0), never);
    await window.push(chunk(50), never);

    const starts = [0, 9, 10, 49, 59, 60].map((at) => window.chunkAt(at)?.startSample);

    expect(starts).toEqual([0, 0, 50, 50, 50, undefined]);
  });

  it('gives the last chunk that begins before a position', async () => {
    const window = await filled(30);

    const starts = [0, 1, 20, 21, 99].map((at) => window.chunkBefore(at)?.startSample);

    expect(starts).toEqual([undefined, 0, 10, 20, 20]);
  });

  it('gives no cursor to what it has forgotten, and one to what was never there', async () => {
    const window = await filled(500);

    expect(window.cursor(399)).toBeUndefined();
    expect(window.cursor(400)?.take()?.startSample).toBe(400);
    expect((await filled(30)).cursor(0)?.take()?.startSample).toBe(0);
  });

  it('has all there is behind a hole', async () => {
    const window = await filled(500);
    await window.push(chunk(1_000), never);

    expect(window.cursor(499)).toBeUndefined();
    expect(window.cursor(500)?.take()?.startSample).toBe(1_000);
  });

  it('makes the writer wait for the slowest reader', async () => {
    const window = await filled(0);
    const slow = window.cursor(0) as AudioCursor;
    const quick = window.cursor(0) as AudioCursor;
    for (let at = 0; at < CAPACITY; at += 10) {
      await window.push(chunk(at), never);
      quick.take();
    }

    const push = window.push(chunk(CAPACITY), never);

    expect(await goesThrough(push)).toBe(false);
    slow.take();
    expect(await goesThrough(push)).toBe(true);
  });

  it.each([
    ['the reader is released', (cursor: AudioCursor) => cursor.release()],
    ['it is told to stop', (_cursor: AudioCursor, stop: () => void) => stop()],
  ])('lets the writer go on when %s', async (_when, free) => {
    const stop = new AbortController();
    const window = new AudioWindow(CAPACITY);
    const cursor = window.cursor(0) as AudioCursor;
    for (let at = 0; at < CAPACITY; at += 10) await window.push(chunk(at), never);
    const push = window.push(chunk(CAPACITY), stop.signal);

    free(cursor, () => {
      stop.abort();
      window.notify();
    });

    expect(await goesThrough(push)).toBe(true);
  });

  it('gives each reader every chunk once and holds no more than its capacity', async () => {
    const readers = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(readers, async (speeds) => {
        const window = new AudioWindow(CAPACITY);
        const heard = await Promise.all([
          ...speeds.map(async (pauses) => {
            const cursor = window.cursor(0) as AudioCursor;
            const starts: number[] = [];
            while (starts.length < 60) {
              for (let i = 0; i < pauses; i++) await Promise.resolve();
              const next = cursor.take();
              if (next === undefined) await window.changed();
              else starts.push(next.startSample);
              expect((window.end ?? 0) - (window.start ?? 0)).toBeLessThanOrEqual(CAPACITY + 10);
            }
            return starts;
          }),
          (async () => {
            for (let at = 0; at < 600; at += 10) await window.push(chunk(at), never);
            return undefined;
          })(),
        ]);

        const all = Array.from({ length: 60 }, (_, index) => 10 * index);
        expect(heard.slice(0, -1)).toEqual(speeds.map(() => all));
      }),
      { numRuns: 30 },
    );
  });
});
