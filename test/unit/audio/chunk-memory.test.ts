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

const samplesOf = ({ bytes }: AudioChunk) => [...new Int16Array(bytes.slice().buffer)];

describe('ChunkMemory', () => {
  it('uses memory again that was given back a while ago', () => {
    const memory = new ChunkMemory();
    const grid = new ChunkGrid(1, SAMPLES, 0, memory);
    const used = new Set<Uint8Array>();
    const counts: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      write(grid, at * SAMPLES, at + 1);
      const chunk = take(grid);
      expect(samplesOf(chunk)).toEqual(new Array(SAMPLES).fill(at + 1));
      used.add(chunk.bytes);
      counts.push(used.size);
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
    expect(new Set(chunks.map(({ bytes }) => bytes.buffer)).size).toBeLessThan(10);
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
        expect(recent.bytes).not.toBe(chunk.bytes);
        expect(recent.peaks).not.toBe(chunk.peaks);
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
      for (const chunk of grid.flush()) memory.give(chunk);
      write(grid, at * SAMPLES + 2, at, 2);
      for (const chunk of grid.flush()) {
        expect(samplesOf(chunk)).toEqual([at, at]);
        memory.give(chunk);
      }
    }
  });
});
