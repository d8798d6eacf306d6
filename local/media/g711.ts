/**
 * G.711 companding (ITU-T G.711), sample by sample. Only for making test audio and for
 * `call --codec`: the worker has its own table, so that the two check each other.
 */

/** mu-law adds this before the logarithm, and so clips here (14-bit scale, shifted to 16). */
const MULAW_BIAS = 0x84;
const MULAW_CLIP = 32_635;
/** A-law inverts every other bit on the line. */
const ALAW_TOGGLE = 0x55;

export function encodeMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), MULAW_CLIP) + MULAW_BIAS;
  const exponent = 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function decodeMulaw(code: number): number {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 0x07;
  const magnitude = ((((bits & 0x0f) << 3) + MULAW_BIAS) << exponent) - MULAW_BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

export function encodeAlaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = (sample < 0 ? ~sample : sample) >> 3;
  const exponent = magnitude < 32 ? 0 : 27 - Math.clz32(magnitude);
  const mantissa = exponent === 0 ? magnitude >> 1 : magnitude >> exponent;
  return (sign | (exponent << 4) | (mantissa & 0x0f)) ^ ALAW_TOGGLE;
}

export function decodeAlaw(code: number): number {
  const bits = code ^ ALAW_TOGGLE;
  const exponent = (bits >> 4) & 0x07;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
