import { ChunkGrid } from '../../../functions/worker/audio/chunk-grid';
import { PCM16 } from '../../../functions/worker/audio/codec';

/** Samples 1, 2, 3 … as PCM16. */
function counting(count: number, first = 1): Uint8Array {
  const bytes = new Uint8Array(2 * count);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < count; at += 1) view.setInt16(2 * at, first + at, true);
  return bytes;
}

function samplesOf({ bytes }: { bytes: Uint8Array }): number[] {
  return [...new Int16Array(bytes.slice().buffer)];
}

describe('ChunkGrid', () => {
  it('interleaves what channels write, however they cut it', () => {
    const grid = new ChunkGrid(2, 4);
    grid.write(0, 0, counting(3), 0, 3, PCM16);
    grid.write(1, 0, counting(4, 101), 0, 4, PCM16);
    expect(grid.take()).toBeUndefined();
    grid.write(0, 3, counting(4, 4), 0, 4, PCM16);

    const chunk = grid.take();

    expect(chunk && samplesOf(chunk)).toEqual([1, 101, 2, 102, 3, 103, 4, 104]);
    expect(chunk).toMatchObject({ startSample: 0, sampleCount: 4 });
    expect(grid.take()).toBeUndefined();
  });

  it('tells the largest absolute sample of each channel', () => {
    const grid = new ChunkGrid(2, 2);
    const loud = new Uint8Array(new Int16Array([-32_768, 5]).buffer);
    grid.write(0, 0, loud, 0, 2, PCM16);
    grid.write(1, 0, counting(2, 8), 0, 2, PCM16);

    expect([...(grid.take()?.peaks ?? [])]).toEqual([32_768, 9]);
  });

  it('keeps what a channel has, and takes only what lies behind it', () => {
    const grid = new ChunkGrid(1, 4);
    grid.write(0, 0, counting(2), 0, 2, PCM16);
    grid.write(0, 0, counting(4, 50), 0, 4, PCM16);

    const chunk = grid.take();

    expect(chunk && samplesOf(chunk)).toEqual([1, 2, 52, 53]);
  });

  it('is silent where nobody wrote', () => {
    const grid = new ChunkGrid(1, 4);
    grid.fillTo(0, 2);
    grid.write(0, 2, counting(2), 0, 2, PCM16);

    const chunk = grid.take();

    expect(chunk && samplesOf(chunk)).toEqual([0, 0, 1, 2]);
  });

  it('gives chunks that may be short when it is flushed, and goes on from there', () => {
    const grid = new ChunkGrid(1, 4);
    grid.write(0, 0, counting(6), 0, 6, PCM16);

    const chunks = grid.flush();
    grid.write(0, 6, counting(2, 7), 0, 2, PCM16);

    expect(chunks.map(samplesOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    const next = grid.take();
    expect(next).toMatchObject({ startSample: 6, sampleCount: 2 });
    expect(next && samplesOf(next)).toEqual([7, 8]);
  });

  it('begins in the middle of a chunk when a call is resumed there', () => {
    const grid = new ChunkGrid(1, 4, 6);
    grid.write(0, 4, counting(6, 5), 0, 6, PCM16);

    const chunk = grid.take();

    expect(chunk).toMatchObject({ startSample: 6, sampleCount: 2 });
    expect(chunk && samplesOf(chunk)).toEqual([7, 8]);
  });

  it.each([
    ['after nine silent samples', 9, false],
    ['after ten', 10, true],
  ])('passes over an empty stretch: %s', (_name, from, skips) => {
    const grid = new ChunkGrid(1, 2);
    grid.write(0, from, counting(4), 0, 4, PCM16);

    expect(grid.skipSilence(10)).toBe(skips);
    expect(grid.base).toBe(skips ? 10 : 0);
  });

  it('passes over nothing that was written, silent or not', () => {
    const grid = new ChunkGrid(1, 2);
    grid.write(0, 0, new Uint8Array(100), 0, 50, PCM16);

    expect(grid.skipSilence(10)).toBe(false);
  });

  it('holds no memory for hours that nobody wrote', () => {
    const grid = new ChunkGrid(2, 1_600);
    const hours = 8_000 * 3_600 * 20;
    grid.write(0, hours, counting(4), 0, 4, PCM16);
    grid.fillTo(1, hours + 4);

    expect(grid.skipSilence(80_000)).toBe(true);
    expect(grid.flush()).toHaveLength(1);
  });
});
