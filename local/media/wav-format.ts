import { CallscribeError } from '../../shared/errors';

/** How one sample is stored; G.711 takes one byte, PCM16 two (little-endian, signed). */
export const WAV_ENCODINGS = ['pcm16', 'mulaw', 'alaw'] as const;
export type WavEncoding = (typeof WAV_ENCODINGS)[number];

export interface WavFormat {
  readonly encoding: WavEncoding;
  /** Two: left is the caller, right the agent. */
  readonly channels: 1 | 2;
  readonly sampleRateHz: number;
}

/** Registered wave format tags (RFC 2361); WAVE_FORMAT_EXTENSIBLE carries the real one inside. */
export const WAVE_FORMAT_TAGS = { pcm16: 1, alaw: 6, mulaw: 7 } as const;
const EXTENSIBLE_TAG = 0xfffe;
/** What telephony produces and the recognisers take. */
const SAMPLE_RATES_HZ: readonly number[] = [8000, 16_000];
const MIN_CHUNK_BYTES = 16;
const EXTENSIBLE_CHUNK_BYTES = 40;
/** Where the sub-format GUID stands in an extensible chunk; its first two bytes are the tag. */
const SUB_FORMAT_OFFSET = 24;

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0003: 'floating-point PCM',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0040: 'G.721 ADPCM',
  0x0045: 'G.726 ADPCM',
  0x0050: 'MPEG audio',
  0x0055: 'MP3',
  0x0064: 'G.726 ADPCM',
  0x0083: 'G.729',
  0x00ff: 'AAC',
  0x0161: 'Windows Media Audio',
  0x1610: 'AAC',
};

export function bytesPerSample(encoding: WavEncoding): 1 | 2 {
  return encoding === 'pcm16' ? 2 : 1;
}

/**
 * Reads the body of a `fmt ` chunk. Throws `bad-audio` that names what was found and how to
 * convert it, for anything but PCM16, mu-law or A-law, mono or stereo, at 8000 or 16000 Hz.
 */
export function parseFormatChunk(body: Uint8Array, path: string): WavFormat {
  if (body.length < MIN_CHUNK_BYTES) {
    throw new CallscribeError('bad-audio', `${path} has a damaged format header; ${convert(path)}`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const encoding = encodingOf(view, path);
  const channels = view.getUint16(2, true);
  const sampleRateHz = view.getUint32(4, true);
  if (channels !== 1 && channels !== 2) {
    throw new CallscribeError(
      'bad-audio',
      `${path} has ${channels} channels, 1 or 2 are wanted; pick two with: ` +
        `sox ${path} converted.wav remix 1 2`,
    );
  }
  if (!SAMPLE_RATES_HZ.includes(sampleRateHz)) {
    throw new CallscribeError(
      'bad-audio',
      `${path} has a sample rate of ${sampleRateHz} Hz, ${SAMPLE_RATES_HZ.join(' or ')} Hz are ` +
        `wanted; ${convert(path)}`,
    );
  }
  return { encoding, channels, sampleRateHz };
}

/** The half-sentence that tells how to make a file playable. */
export function convert(path: string): string {
  return `convert it with: sox ${path} -r 8000 -b 16 -e signed-integer converted.wav`;
}

function encodingOf(view: DataView, path: string): WavEncoding {
  let tag = view.getUint16(0, true);
  const bits = view.getUint16(14, true);
  if (tag === EXTENSIBLE_TAG && view.byteLength >= EXTENSIBLE_CHUNK_BYTES) {
    tag = view.getUint16(SUB_FORMAT_OFFSET, true);
  }
  const found = WAV_ENCODINGS.find((encoding) => WAVE_FORMAT_TAGS[encoding] === tag);
  if (found === undefined) {
    const name = FORMAT_NAMES[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
    throw new CallscribeError(
      'bad-audio',
      `${path} holds ${name}, but only 16-bit PCM, mu-law and A-law can be played; ${convert(path)}`,
    );
  }
  if (bits !== bytesPerSample(found) * 8) {
    throw new CallscribeError(
      'bad-audio',
      `${path} has ${bits} bits a sample, ${bytesPerSample(found) * 8} are wanted; ${convert(path)}`,
    );
  }
  return found;
}
