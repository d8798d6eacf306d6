import { encodeSize, encodeUnknownSize, encodeUnsigned } from '../../../local/mkv/ebml-encoding';
import {
  encodeCluster,
  encodeClusterStart,
  encodeHeader,
  encodeSimpleBlock,
  encodeTags,
} from '../../../local/mkv/writer';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeSize', () => {
  it('takes the fewest octets and never the value of all ones', () => {
    expect(hex(encodeSize(126))).toBe('fe');
    expect(hex(encodeSize(127))).toBe('407f');
    expect(hex(encodeSize(2 ** 14 - 2))).toBe('7ffe');
    expect(hex(encodeSize(2 ** 14 - 1))).toBe('203fff');
    expect(hex(encodeSize(2 ** 49 + 1))).toBe('0102000000000001');
  });

  it('pads to the asked length', () => {
    expect(hex(encodeSize(5, 8))).toBe('0100000000000005');
  });

  it('refuses a size that its length cannot hold', () => {
    expect(() => encodeSize(127, 1)).toThrow(RangeError);
    expect(() => encodeSize(1, 9)).toThrow(RangeError);
  });
});

describe('encodeUnknownSize', () => {
  it.each([
    [1, 'ff'],
    [2, '7fff'],
    [4, '1fffffff'],
    [8, '01ffffffffffffff'],
  ])('writes marker and ones in %d octets', (length, expected) => {
    expect(hex(encodeUnknownSize(length))).toBe(expected);
  });
});

describe('encodeUnsigned', () => {
  it('writes numbers beyond 32 bits', () => {
    expect(hex(encodeUnsigned(1_732_000_000_123))).toBe('0193433ea87b');
    expect(hex(encodeUnsigned(0))).toBe('00');
  });
});

describe('encodeSimpleBlock', () => {
  it('writes track, signed relative timestamp, flags and payload', () => {
    const block = { trackNumber: 2, timestampMs: -2, payload: Uint8Array.of(7, 8) };

    expect(hex(encodeSimpleBlock(block))).toBe('a38682fffe800708');
  });

  it('writes track numbers above 126 in two octets', () => {
    const block = { trackNumber: 127, timestampMs: 1, payload: Uint8Array.of(7) };

    expect(hex(encodeSimpleBlock(block))).toBe('a386407f00018007');
  });

  it('refuses a timestamp outside int16', () => {
    const block = { trackNumber: 1, timestampMs: 32_768, payload: new Uint8Array(0) };

    expect(() => encodeSimpleBlock(block)).toThrow(RangeError);
  });
});

describe('encodeCluster', () => {
  const blocks = [{ trackNumber: 1, timestampMs: 0, payload: Uint8Array.of(9) }];

  it('states its size when known', () => {
    expect(hex(encodeCluster({ timestampMs: 256, blocks, size: 'known' }))).toBe(
      '1f43b6758be7820100a3858100008009',
    );
  });

  it('writes an unknown size of any length', () => {
    expect(hex(encodeCluster({ timestampMs: 1, blocks, size: 'unknown', sizeLength: 1 }))).toBe(
      '1f43b675ffe78101a3858100008009',
    );
    expect(hex(encodeClusterStart(0))).toBe('1f43b67501ffffffffffffffe78100');
  });
});

describe('encodeTags', () => {
  it('nests name and value in one Tag', () => {
    expect(hex(encodeTags([{ name: 'A', value: 'é' }]))).toBe(
      '1254c3678f73738c67c88945a38141448782c3a9',
    );
  });
});

describe('encodeHeader', () => {
  it('opens with an EBML header and a Segment of unknown size', () => {
    const header = hex(
      encodeHeader([{ number: 1, codecId: 'A_PCM/INT/LIT', sampleRateHz: 8000 }], {
        segmentSizeLength: 1,
      }),
    );

    expect(header.startsWith('1a45dfa3')).toBe(true);
    expect(header).toContain('18538067ff1549a966');
    expect(header).toContain(`868d${Buffer.from('A_PCM/INT/LIT').toString('hex')}`);
    expect(header).toContain('b58840bf400000000000');
  });
});
