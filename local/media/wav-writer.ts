import { encodeAlaw, encodeMulaw } from './g711';
import { WAVE_FORMAT_TAGS, bytesPerSample, type WavEncoding } from './wav-format';

const EXTENSIBLE_TAG = 0xfffe;
/** What follows the tag in the sub-format GUID of every registered format. */
const SUB_FORMAT_TAIL = '000000001000800000aa00389b71';
/** A streaming writer does not know the sizes when it writes the header. */
const SIZES = { known: undefined, zero: 0, unknown: 0xffffffff } as const;

export interface WavSpec {
  readonly sampleRateHz: number;
  /** One array per channel; the shorter is filled up with silence. */
  readonly channels: readonly Int16Array[];
  /** `pcm16` when absent. */
  readonly encoding?: WavEncoding;
  /** Writes WAVE_FORMAT_EXTENSIBLE. */
  readonly extensible?: boolean;
  /** What stands in the RIFF and data sizes; `known` when absent. */
  readonly sizes?: keyof typeof SIZES;
  /** Chunks before the audio, such as `LIST`; ids have four characters. */
  readonly chunksBefore?: readonly { readonly id: string; readonly body: Uint8Array }[];
  readonly chunksAfter?: readonly { readonly id: string; readonly body: Uint8Array }[];
}

/** A whole RIFF WAVE file. */
export function encodeWav(spec: WavSpec): Buffer {
  const encoding = spec.encoding ?? 'pcm16';
  const data = encodeSamples(spec.channels, encoding);
  const size = SIZES[spec.sizes ?? 'known'];
  const chunks = [
    chunk('fmt ', formatBody(spec, encoding)),
    ...(spec.chunksBefore ?? []).map(({ id, body }) => chunk(id, body)),
    chunk('data', data, size),
    ...(spec.chunksAfter ?? []).map(({ id, body }) => chunk(id, body)),
  ];
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return chunk('RIFF', body, size);
}

/** Interleaved bytes of the given samples in the given encoding. */
export function encodeSamples(channels: readonly Int16Array[], encoding: WavEncoding): Buffer {
  const frames = Math.max(0, ...channels.map((samples) => samples.length));
  const width = bytesPerSample(encoding);
  const bytes = Buffer.alloc(frames * channels.length * width);
  let offset = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    for (const samples of channels) {
      const sample = samples[frame] ?? 0;
      if (encoding === 'pcm16') bytes.writeInt16LE(sample, offset);
      else bytes[offset] = encoding === 'mulaw' ? encodeMulaw(sample) : encodeAlaw(sample);
      offset += width;
    }
  }
  return bytes;
}

function formatBody(spec: WavSpec, encoding: WavEncoding): Buffer {
  const width = bytesPerSample(encoding);
  const tag = WAVE_FORMAT_TAGS[encoding];
  const body = Buffer.alloc(spec.extensible === true ? 40 : 16);
  body.writeUInt16LE(spec.extensible === true ? EXTENSIBLE_TAG : tag, 0);
  body.writeUInt16LE(spec.channels.length, 2);
  body.writeUInt32LE(spec.sampleRateHz, 4);
  body.writeUInt32LE(spec.sampleRateHz * spec.channels.length * width, 8);
  body.writeUInt16LE(spec.channels.length * width, 12);
  body.writeUInt16LE(width * 8, 14);
  if (spec.extensible === true) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(width * 8, 18);
    body.writeUInt16LE(tag, 24);
    body.write(SUB_FORMAT_TAIL, 26, 'hex');
  }
  return body;
}

function chunk(id: string, body: Uint8Array, statedSize = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(statedSize, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
