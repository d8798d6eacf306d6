import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../../local/media/g711';

const CODES = Array.from({ length: 256 }, (_, code) => code);
/** mu-law has two zeros; the negative one comes back as the positive. */
const MULAW_NEGATIVE_ZERO = 0x7f;

describe('mu-law', () => {
  it('gives every code back', () => {
    const lost = CODES.filter((code) => encodeMulaw(decodeMulaw(code)) !== code);

    expect(lost).toEqual([MULAW_NEGATIVE_ZERO]);
  });

  it('decodes the values that G.711 prints', () => {
    expect([0x00, 0x7e, 0x7f, 0x80, 0xff].map((code) => decodeMulaw(code) + 0)).toEqual([
      -32_124, -8, 0, 32_124, 0,
    ]);
  });

  it('takes the whole range', () => {
    expect(decodeMulaw(encodeMulaw(32_767))).toBe(32_124);
    expect(decodeMulaw(encodeMulaw(-32_768))).toBe(-32_124);
  });
});

describe('A-law', () => {
  it('gives every code back', () => {
    expect(CODES.filter((code) => encodeAlaw(decodeAlaw(code)) !== code)).toEqual([]);
  });

  it('decodes the values that G.711 prints', () => {
    expect([0x55, 0xd5, 0x2a, 0xaa].map(decodeAlaw)).toEqual([-8, 8, -32_256, 32_256]);
  });

  it('takes the whole range', () => {
    expect(decodeAlaw(encodeAlaw(32_767))).toBe(32_256);
    expect(decodeAlaw(encodeAlaw(-32_768))).toBe(-32_256);
  });
});
