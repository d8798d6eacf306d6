import { ChunkGrid, type AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import { ChunkMemory } from '../../../functions/worker/audio/chunk-memory';
import { PCM16 } from '../../../functions/worker/audio/codec';

const SAMPLES = 4;

function write(grid: ChunkGrid, position: number, value: number, count = SAMPLES): void {
  const payload = new Uint8Array(new Int16Array(count).fill(value).buffer);
  grid.write(0, position, payload, 0, count, PCM16);
}

function take(grid: ChunkGrid): AudioChunk {
  const chunk = grid.take();
  if (chunk === undefined) throw new Error('the grid has no chunk');
  return chunk;
}

/** Where a chunk's memory lies, as [its piece of memory, first octet, octet after the last]. */
function placeOf({ bytes }: AudioChunk): [ArrayBufferLike, number, number] {
  return [bytes.buffer, bytes.byteOffset, bytes.byteOffset + bytes.byteLength];
}

function overlap(one: AudioChunk, other: AudioChunk): boolean {
  const [memory, from, to] = placeOf(one);
  const [otherMemory, otherFrom, otherTo] = placeOf(other);
  return memory === otherMemory && from < otherTo && otherFrom < to;
}

const samplesOf = ({ bytes }: AudioChunk) => [...new Int16Array(bytes.slice().buffer)];

describe('ChunkMemory', () => {
  it('uses memory again that was given back a while ago', () => {
    const memory = new ChunkMemory();
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    const used: AudioChunk[] = [];
    const counts: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      write(grid, at * SAMPLES, at + 1);
      const chunk = take(grid);
      expect(samplesOf(chunk)).toEqual(new Array(SAMPLES).fill(at + 1));
      if (!used.some((each) => overlap(each, chunk))) used.push(chunk);
      counts.push(used.length);
      memory.give(chunk);
    }

    expect(counts.at(-1)).toBeLessThan(20);
    expect(counts.at(-1)).toBe(counts[50]);
  });

  it('gives each chunk a place of its own, and many of them one piece of memory', () => {
    const grid = new ChunkGrid(2, 3, 0, new ChunkMemory());
    const chunks: AudioChunk[] = [];
    for (let at = 0; at < 80; at += 1) {
      for (const channel of [0, 1]) {
        const payload = new Uint8Array(new Int16Array(3).fill(2 * at + channel).buffer);
        grid.write(channel, at * 3, payload, 0, 3, PCM16);
      }
      chunks.push(take(grid));
    }

    chunks.forEach((chunk, at) => {
      const [first, second] = [2 * at, 2 * at + 1];
      expect(samplesOf(chunk)).toEqual([first, second, first, second, first, second]);
      expect([...chunk.peaks]).toEqual([first, second]);
    });
    expect(new Set(chunks.map(({ bytes }) => bytes.buffer)).size).toBeLessThanOrEqual(
      chunks.length / 8,
    );
  });

  it('lays no chunk over another one', () => {
    const memory = new ChunkMemory();
    const chunks: AudioChunk[] = Array.from({ length: 40 }, (_, at) => {
      const chunk = memory.take(3, 2);
      chunk.cut(at * 3, 3, 0);
      return chunk;
    });

    chunks.forEach((chunk, at) => {
      expect(chunk.bytes).toHaveLength(12);
      for (const other of chunks.slice(at + 1)) expect(overlap(chunk, other)).toBe(false);
    });
    expect(new Set(chunks.map((chunk) => placeOf(chunk)[0])).size).toBe(
      Math.ceil(chunks.length / 8),
    );
  });

  it('makes a chunk as good as new, however it was cut before', () => {
    const memory = new ChunkMemory(0);
    // Of a call with longer chunks.
    const others = new ChunkMemory(0);
    others.give(others.take(50 * SAMPLES, 2));
    others.take(50 * SAMPLES, 2);
    const chunk = memory.take(SAMPLES, 2);
    const neighbour = memory.take(SAMPLES, 2);
    for (const { samples, samplesAt, peaks } of [chunk, neighbour]) {
      samples.fill(-7, samplesAt, samplesAt + 2 * SAMPLES);
      peaks.fill(7);
    }
    neighbour.cut(0, SAMPLES, 0);
    chunk.cut(SAMPLES + 1, 2, 1);
    chunk.availableMs = 12.5;
    expect(samplesOf(chunk)).toEqual([-7, -7, -7, -7]);

    memory.give(chunk);
    const again = memory.take(SAMPLES, 2);
    again.cut(0, SAMPLES, 0);

    expect(again).toBe(chunk);
    expect(samplesOf(again)).toEqual(new Array(2 * SAMPLES).fill(0));
    expect(again.peaks).toEqual([0, 0]);
    expect(again.availableMs).toBeNaN();
    expect(samplesOf(neighbour)).toEqual(new Array(2 * SAMPLES).fill(-7));
    expect(neighbour.peaks).toEqual([7, 7]);
  });

  it('gives memory of the size and channels that are wanted, whatever was given back', () => {
    const memory = new ChunkMemory(0);
    memory.give(memory.take(4, 2));

    const chunk = memory.take(8, 1);
    chunk.cut(0, 8, 0);

    expect(chunk.peaks).toEqual([0]);
    expect(samplesOf(chunk)).toEqual(new Array(8).fill(0));
  });

  it('is silent where nobody wrote, whatever lay there', () => {
    const memory = new ChunkMemory();
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    for (let at = 0; at < 40; at += 1) {
      write(grid, at * SAMPLES, 1_000);
      memory.give(take(grid));
    }
    grid.fillTo(0, 41 * SAMPLES);

    const chunk = take(grid);

    expect(samplesOf(chunk)).toEqual([0, 0, 0, 0]);
    expect([...chunk.peaks]).toEqual([0]);
  });

  it('leaves chunks alone that were given back just now', () => {
    const memory = new ChunkMemory(6);
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    const given: AudioChunk[] = [];
    for (let at = 0; at < 60; at += 1) {
      write(grid, at * SAMPLES, at);
      const chunk = take(grid);
      for (const recent of given.slice(-6)) {
        expect(recent).not.toBe(chunk);
        expect(recent.peaks).not.toBe(chunk.peaks);
        expect(overlap(recent, chunk)).toBe(false);
      }
      memory.give(chunk);
      given.push(chunk);
    }
  });

  it('never takes the rest of a chunk that was cut for another', () => {
    const memory = new ChunkMemory();
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    for (let at = 0; at < 40; at += 1) {
      write(grid, at * SAMPLES, at, 2);
      const first = grid.flush();
      first.forEach((chunk) => memory.give(chunk));
      write(grid, at * SAMPLES + 2, at + 1_000, 2);
      const second = grid.flush();
      expect(first.map(samplesOf)).toEqual([[at, at]]);
      expect(second.map(samplesOf)).toEqual([[at + 1_000, at + 1_000]]);
      second.forEach((chunk) => memory.give(chunk));
    }
  });

  it('uses the whole of a chunk again that was cut short', () => {
    const memory = new ChunkMemory();
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    const used = new Set<AudioChunk>();
    for (let at = 0; at < 40; at += 1) {
      write(grid, 2 * at * SAMPLES, 9, 2);
      for (const chunk of grid.flush()) memory.give(chunk);
      write(grid, 2 * at * SAMPLES + 2, 9, 2);
      for (const chunk of grid.flush()) memory.give(chunk);
      write(grid, (2 * at + 1) * SAMPLES, at + 1);
      const chunk = take(grid);
      expect(samplesOf(chunk)).toEqual(new Array(SAMPLES).fill(at + 1));
      used.add(chunk);
      memory.give(chunk);
    }

    expect(used.size).toBeLessThan(10);
  });
});
