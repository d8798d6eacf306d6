import { crc32 } from 'node:zlib';

import { JoinedCrc } from '../../../../functions/worker/transcribe/lean/joined-crc';

const bytes = (length: number, seed: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * seed) >> 3));

describe('JoinedCrc', () => {
  it.each([0, 1, 4, 97, 6400])('is the CRC of all bytes, %i of them behind', (length) => {
    const joined = new JoinedCrc(length);

    for (const seed of [3, 89, 1021]) {
      const [first, second] = [bytes(100, seed + 1), bytes(length, seed)];
      const whole = crc32(Buffer.concat([first, second]));
      expect(joined.of(crc32(first), crc32(second))).toBe(whole);
    }
  });
});
