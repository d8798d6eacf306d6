import type { MediaEncoding } from '../../shared/transcribe-options/values';
import { PCM16, type Codec } from '../worker/audio/codec';
import { A_LAW_TABLE, MU_LAW_TABLE } from '../worker/audio/g711';

/** Encodings whose samples can be cut anywhere, so that any piece of them can be sent again. */
export const AUDIO_ENCODINGS = [
  'pcm',
  'g711-ulaw',
  'g711-alaw',
] as const satisfies readonly MediaEncoding[];
export type AudioEncoding = (typeof AUDIO_ENCODINGS)[number];

/** What the bytes of an input are: samples without any header, channels interleaved. */
export interface AudioFormat {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** `pcm` is 16-bit little-endian; G.711 has one byte a sample. */
  readonly encoding: AudioEncoding;
}

const CODECS: Readonly<Record<AudioEncoding, Codec>> = {
  pcm: PCM16,
  'g711-ulaw': { name: 'mu-law', bytesPerSample: 1, table: MU_LAW_TABLE },
  'g711-alaw': { name: 'a-law', bytesPerSample: 1, table: A_LAW_TABLE },
};

export function codecOf(encoding: AudioEncoding): Codec {
  return CODECS[encoding];
}
