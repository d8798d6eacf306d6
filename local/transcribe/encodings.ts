import { decodeAlaw, decodeMulaw } from '../media/g711';
import type { MediaEncoding } from './request-headers';
import { corruptedData } from './service-exception';

/** Bytes of one sample of one channel; absent for encodings that the stand-in cannot decode. */
export const BYTES_PER_SAMPLE: Readonly<Partial<Record<MediaEncoding, number>>> = {
  pcm: 2,
  'g711-ulaw': 1,
  'g711-alaw': 1,
};

/** Sample value of each code. */
export const G711_TABLES: Readonly<Partial<Record<MediaEncoding, Int16Array>>> = {
  'g711-ulaw': Int16Array.from({ length: 256 }, (_, code) => decodeMulaw(code)),
  'g711-alaw': Int16Array.from({ length: 256 }, (_, code) => decodeAlaw(code)),
};

/** What the first bytes of a stream of this encoding are. */
const MAGIC: Readonly<Partial<Record<MediaEncoding, string>>> = {
  flac: 'fLaC',
  'ogg-opus': 'OggS',
};

/** Throws BadRequestException when a stream of this encoding cannot begin like this. */
export function checkBeginning(encoding: MediaEncoding, audio: Buffer): void {
  const magic = MAGIC[encoding];
  if (magic !== undefined && audio.toString('latin1', 0, magic.length) !== magic) {
    throw corruptedData();
  }
}
