import { CallscribeError } from '../../shared/errors';
import type { AudioEncoding } from './audio-format';
import { ByteReader } from './byte-reader';

/** Registered format tags (RFC 2361); an extensible header carries the real one further inside. */
const ENCODINGS: Readonly<Record<number, { name: AudioEncoding; bits: number }>> = {
  1: { name: 'pcm', bits: 16 },
  6: { name: 'g711-alaw', bits: 8 },
  7: { name: 'g711-ulaw', bits: 8 },
};
const EXTENSIBLE_TAG = 0xfffe;
/** Of a chunk of 40 bytes; the first two of the sub-format's GUID are its tag. */
const SUB_FORMAT_OFFSET = 24;
const EXTENSIBLE_BYTES = 40;
const MIN_FORMAT_BYTES = 16;
/** A format chunk has 16, 18 or 40 bytes; more is damage, and nothing to wait for. */
const MAX_FORMAT_BYTES = 1_024;
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Who writes into a pipe leaves the size open: 0xFFFFFFFF, or sox's round number under 2 GiB. */
const OPEN_SIZE = 0x7ffff000;

/** The options that follow from a WAV file, and its samples: `const { audio, ...format } = …`. */
export interface WavAudio {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  readonly mediaEncoding: AudioEncoding;
  /** Interleaved samples. For one reader. */
  readonly audio: AsyncIterable<Uint8Array>;
}

/**
 * Reads the header of a WAV stream (PCM of 16 bits, µ-law or A-law, one or two channels), also of
 * one that is still being written. What does not begin as a WAV file is taken for `raw` samples
 * where their format is given. Throws `bad-audio` that says what was found and what to do.
 */
export async function readWav(
  source: AsyncIterable<Uint8Array>,
  raw?: Omit<WavAudio, 'audio'>,
): Promise<WavAudio> {
  const reader = new ByteReader(source);
  try {
    const start = await reader.take(RIFF_HEADER_BYTES);
    if (fourCc(start, 0) === 'RIFF' && fourCc(start, 8) === 'WAVE') {
      return await readHeader(reader, uint32(start, 4));
    }
    if (raw === undefined) throw badWav('it does not begin as a WAV file does');
    reader.putBack(start);
    return { ...raw, audio: audioOf(reader, Infinity) };
  } catch (reason) {
    reader.destroy();
    throw reason;
  }
}

async function readHeader(reader: ByteReader, riffBytes: number): Promise<WavAudio> {
  let format: Omit<WavAudio, 'audio'> | undefined;
  for (let readBytes = 4; ;) {
    const header = await reader.take(CHUNK_HEADER_BYTES);
    if (header.length < CHUNK_HEADER_BYTES) throw badWav('it ends before its audio');
    const size = uint32(header, 4);
    const id = fourCc(header, 0);
    readBytes += CHUNK_HEADER_BYTES;
    if (id === 'data') {
      if (format === undefined) throw badWav('its audio comes before its format');
      // A size of zero is an open one if the file as a whole has none either.
      const isOpen = size >= OPEN_SIZE || (size === 0 && riffBytes <= readBytes);
      return { ...format, audio: audioOf(reader, isOpen ? Infinity : size) };
    }
    const padded = size + (size % 2);
    if (id === 'fmt ') {
      if (padded > MAX_FORMAT_BYTES) throw badWav('its format header is damaged');
      format = formatOf(await reader.take(padded));
    } else {
      await reader.discard(padded);
    }
    readBytes += padded;
  }
}

/** Destroyable, so that whoever reads it can let go of the source while that owes data. */
function audioOf(reader: ByteReader, limit: number): AsyncIterable<Uint8Array> {
  const audio = {
    [Symbol.asyncIterator]: () => reader.rest(limit),
    destroy: () => reader.destroy(),
  };
  return audio;
}

function formatOf(bytes: Uint8Array): Omit<WavAudio, 'audio'> {
  if (bytes.length < MIN_FORMAT_BYTES) throw badWav('its format header is damaged');
  let tag = uint16(bytes, 0);
  if (tag === EXTENSIBLE_TAG && bytes.length >= EXTENSIBLE_BYTES) {
    tag = uint16(bytes, SUB_FORMAT_OFFSET);
  }
  const channels = uint16(bytes, 2);
  const bits = uint16(bytes, 14);
  const encoding = ENCODINGS[tag];
  if (encoding === undefined || encoding.bits !== bits) {
    throw badWav(`its format is ${tag} with ${bits} bits a sample`);
  }
  if (channels !== 1 && channels !== 2) throw badWav(`it has ${channels} channels`);
  return { sampleRateHz: uint32(bytes, 4), channels, mediaEncoding: encoding.name };
}

function badWav(found: string): CallscribeError {
  return new CallscribeError(
    'bad-audio',
    `the audio is no WAV file that can be transcribed: ${found}; 16-bit PCM, mu-law and A-law of ` +
      'one or two channels are; convert it with: sox INPUT -b 16 -e signed-integer OUTPUT.wav',
  );
}

function fourCc(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) + (bytes[offset + 1] ?? 0) * 0x100;
}

function uint32(bytes: Uint8Array, offset: number): number {
  return uint16(bytes, offset) + uint16(bytes, offset + 2) * 0x10000;
}
