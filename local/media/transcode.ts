import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711';
import { bytesPerSample, type WavEncoding } from './wav-format';

const DECODERS = { mulaw: decodeMulaw, alaw: decodeAlaw } as const;
const ENCODERS = { mulaw: encodeMulaw, alaw: encodeAlaw } as const;
/** The code of a sample of zero. */
const SILENCE = { pcm16: 0, mulaw: 0xff, alaw: 0xd5 } as const satisfies Record<
  WavEncoding,
  number
>;

/** Samples of one channel in another encoding; the input itself when it is the same. */
export function transcode(samples: Uint8Array, from: WavEncoding, to: WavEncoding): Uint8Array {
  if (from === to) return samples;
  const count = samples.length / bytesPerSample(from);
  const result = new Uint8Array(count * bytesPerSample(to));
  const input = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const output = new DataView(result.buffer);
  for (let index = 0; index < count; index += 1) {
    const value =
      from === 'pcm16' ? input.getInt16(index * 2, true) : DECODERS[from](input.getUint8(index));
    if (to === 'pcm16') output.setInt16(index * 2, value, true);
    else output.setUint8(index, ENCODERS[to](value));
  }
  return result;
}

/** The samples followed by silence up to `count` of them; the input itself when it is long enough. */
export function padWithSilence(
  samples: Uint8Array,
  encoding: WavEncoding,
  count: number,
): Uint8Array {
  const bytes = count * bytesPerSample(encoding);
  if (samples.length >= bytes) return samples;
  const padded = new Uint8Array(bytes).fill(SILENCE[encoding]);
  padded.set(samples);
  return padded;
}
