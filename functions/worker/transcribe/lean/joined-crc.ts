import { crc32 } from 'node:zlib';

const BITS = 32;

/**
 * CRC-32 of two byte strings one after the other, out of the CRC of each; for one length of the
 * second. Appending bytes is linear over GF(2): each bit of the first CRC adds a constant.
 */
export class JoinedCrc {
  readonly #bits = new Uint32Array(BITS);

  constructor(secondBytes: number) {
    const zeros = Buffer.alloc(secondBytes);
    const ofNoBit = crc32(zeros, 0);
    for (let bit = 0; bit < BITS; bit++) {
      this.#bits[bit] = crc32(zeros, 2 ** bit) ^ ofNoBit;
    }
  }

  of(first: number, second: number): number {
    const bits = this.#bits;
    let crc = second;
    // Without a branch: half of the bits are set, and no one could guess which.
    for (let bit = 0; bit < BITS; bit++) crc ^= (bits[bit] ?? 0) & -((first >>> bit) & 1);
    return crc >>> 0;
  }
}
