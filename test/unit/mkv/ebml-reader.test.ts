import {
  ElementCursor,
  readFloat,
  readSize,
  readText,
  readUnsigned,
  UNKNOWN_SIZE,
  vintOctets,
} from '../../../functions/worker/mkv/ebml-reader';
import { encodeSize, encodeUnknownSize } from '../../../local/mkv/ebml-encoding';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('readSize', () => {
  it.each(LENGTHS)('reads back what the writer writes in %d octets', (octets) => {
    for (const size of [0, 1, 2 ** (7 * octets - 4), Math.min(2 ** (7 * octets) - 2, 2 ** 52)]) {
      const encoded = encodeSize(Math.floor(size), octets);

      expect(vintOctets(encoded[0]!)).toBe(octets);
      expect(readSize(encoded, 0, octets)).toBe(Math.floor(size));
    }
  });

  it.each(LENGTHS)('knows the unknown size of %d octets', (octets) => {
    expect(readSize(encodeUnknownSize(octets), 0, octets)).toBe(UNKNOWN_SIZE);
  });

  it('calls a leading zero octet no vint', () => {
    expect(vintOctets(0)).toBe(9);
  });
});

describe('readUnsigned', () => {
  it('reads zero to eight octets', () => {
    expect(readUnsigned(bytesOf(''), 0, 0)).toBe(0);
    expect(readUnsigned(bytesOf('00000193433ea87b'), 0, 8)).toBe(1_732_000_000_123);
  });

  it('is not a number beyond eight octets', () => {
    expect(readUnsigned(new Uint8Array(9), 0, 9)).toBeNaN();
  });
});

describe('readFloat', () => {
  it('reads four and eight octets, and nothing as zero', () => {
    expect(readFloat(bytesOf('45fa0000'), 0, 4)).toBe(8000);
    expect(readFloat(bytesOf('40bf400000000000'), 0, 8)).toBe(8000);
    expect(readFloat(bytesOf(''), 0, 0)).toBe(0);
  });

  it('is not a number for another length', () => {
    expect(readFloat(bytesOf('45fa00'), 0, 3)).toBeNaN();
  });

  it('respects where its bytes lie in a larger memory', () => {
    expect(readFloat(bytesOf('ffff45fa0000').subarray(1), 1, 5)).toBe(8000);
  });
});

describe('readText', () => {
  it('stops at the padding', () => {
    expect(readText(bytesOf('6100620000'), 0, 5)).toBe('a');
  });

  it('does not look beyond its end', () => {
    expect(readText(bytesOf('616200'), 0, 1)).toBe('a');
  });

  it('replaces bad UTF-8 instead of throwing', () => {
    expect(readText(bytesOf('61ff62'), 0, 3)).toBe('a\ufffdb');
  });
});

describe('ElementCursor', () => {
  const walk = (hex: string): { ids: number[]; malformed: boolean } => {
    const bytes = bytesOf(hex);
    const cursor = new ElementCursor(bytes, 0, bytes.length);
    const ids: number[] = [];
    while (cursor.next()) ids.push(cursor.id);
    return { ids, malformed: cursor.malformed };
  };

  it('walks children of any id length', () => {
    expect(walk('d78101' + '73c58102' + '2ad7b18101' + '1254c36780')).toEqual({
      ids: [0xd7, 0x73c5, 0x2ad7b1, 0x1254c367],
      malformed: false,
    });
  });

  it.each([
    ['an id of five octets', '08'],
    ['an id without a size', '73c5'],
    ['a size cut short', 'd740'],
    ['a zero size octet', 'd700'],
    ['a child larger than its parent', 'd78201'],
    ['an unknown size', 'd7ff'],
  ])('is malformed at %s', (_name, hex) => {
    expect(walk(`d78101${hex}`)).toEqual({ ids: [0xd7], malformed: true });
  });
});
