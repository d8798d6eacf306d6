import { BodyMemory, PIECE_BYTES } from '../../../functions/worker/kvs/body-memory';

describe('BodyMemory', () => {
  it('uses a piece again, once', () => {
    const memory = new BodyMemory();
    const first = memory.take();
    memory.give(first);

    expect(first).toHaveLength(PIECE_BYTES);
    expect(memory.take()).toBe(first);
    expect(memory.take()).not.toBe(first);
  });

  it('keeps all that a thousand calls that are behind have unread, and no more than 128 MB', () => {
    const memory = new BodyMemory();
    const taken = Array.from({ length: 9_000 }, () => memory.take());
    for (const piece of taken) memory.give(piece);

    const known = new Set(taken);
    const again = Array.from({ length: 9_000 }, () => memory.take());

    expect(again.filter((piece) => known.has(piece))).toHaveLength(8_192);
  });
});
