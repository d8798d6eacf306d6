import { open, type FileHandle } from 'node:fs/promises';

import { CallscribeError } from '../../shared/errors';
import { bytesPerSample, convert, parseFormatChunk, type WavFormat } from './wav-format';

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** A `fmt ` chunk has 16, 18 or 40 bytes; more is damage, and nothing to allocate for. */
const MAX_FORMAT_CHUNK_BYTES = 1024;
/**
 * Writers that cannot seek back leave the size open: 0xFFFFFFFF, or a round number just under
 * 2 GiB (sox writes 0x7FFFF000 into a pipe).
 */
const STREAMING_SIZE = 0x7ffff000;

/** An open WAV file. Samples are read by position, so that its length costs no memory. */
export interface WavFile {
  readonly format: WavFormat;
  /** Samples of each channel. */
  readonly frames: number;
  readonly durationMs: number;
  /** Interleaved bytes of at most `count` frames from `start`, fewer at the end. */
  readFrames(start: number, count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a RIFF WAVE file. Throws `bad-audio`, one sentence saying what was found and what to do,
 * when it is no such file, is cut short, or holds a format that cannot be played.
 */
export async function openWav(path: string): Promise<WavFile> {
  const file = await openFile(path);
  try {
    const { format, dataOffset, dataBytes } = await readHeader(file, path);
    const frameBytes = bytesPerSample(format.encoding) * format.channels;
    const frames = Math.floor(dataBytes / frameBytes);
    if (frames === 0) throw new CallscribeError('bad-audio', `${path} holds no audio`);
    return {
      format,
      frames,
      durationMs: (frames * 1000) / format.sampleRateHz,
      readFrames: (start, count) => {
        const wanted = Math.max(0, Math.min(count, frames - start));
        return readExactly(file, dataOffset + start * frameBytes, wanted * frameBytes, path);
      },
      close: () => file.close(),
    };
  } catch (reason) {
    await file.close();
    throw reason;
  }
}

/** The bytes of one channel (0 is left); a mono file's are the input itself, not a copy. */
export function channelBytes(
  interleaved: Uint8Array,
  format: WavFormat,
  channel: number,
): Uint8Array {
  if (format.channels === 1) return interleaved;
  const width = bytesPerSample(format.encoding);
  const result = new Uint8Array(Math.floor(interleaved.length / (2 * width)) * width);
  for (let to = 0, from = channel * width; to < result.length; to += width, from += 2 * width) {
    result[to] = interleaved[from] ?? 0;
    if (width === 2) result[to + 1] = interleaved[from + 1] ?? 0;
  }
  return result;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const what = code === 'ENOENT' ? 'there is no such file' : `it cannot be opened (${code})`;
    throw new CallscribeError('bad-audio', `${path}: ${what}`, { cause });
  }
  throw new CallscribeError('bad-audio', `${path} is not a file`);
}

interface Header {
  readonly format: WavFormat;
  readonly dataOffset: number;
  readonly dataBytes: number;
}

async function readHeader(file: FileHandle, path: string): Promise<Header> {
  const fileBytes = (await file.stat()).size;
  const riff = await readUpTo(file, 0, RIFF_HEADER_BYTES);
  if (fourCc(riff, 0) !== 'RIFF' || fourCc(riff, 8) !== 'WAVE') throw notWav(riff, path);
  const riffEnd = uint32(riff, 4) + CHUNK_HEADER_BYTES;

  let format: WavFormat | undefined;
  for (let offset = RIFF_HEADER_BYTES; ;) {
    const chunk = await readUpTo(file, offset, CHUNK_HEADER_BYTES);
    if (chunk.length < CHUNK_HEADER_BYTES) {
      throw new CallscribeError('bad-audio', `${path} ends before its audio; copy it again`);
    }
    const id = fourCc(chunk, 0);
    const size = uint32(chunk, 4);
    const bodyOffset = offset + CHUNK_HEADER_BYTES;
    if (id === 'fmt ') {
      const body = await readUpTo(file, bodyOffset, Math.min(size, MAX_FORMAT_CHUNK_BYTES));
      format = parseFormatChunk(body, path);
    } else if (id === 'data') {
      if (format === undefined) {
        throw new CallscribeError('bad-audio', `${path} has no format header; ${convert(path)}`);
      }
      const dataBytes = dataLength(size, { bodyOffset, fileBytes, riffEnd, path });
      return { format, dataOffset: bodyOffset, dataBytes };
    }
    offset = bodyOffset + size + (size % 2);
  }
}

function dataLength(
  stated: number,
  where: { bodyOffset: number; fileBytes: number; riffEnd: number; path: string },
): number {
  const present = where.fileBytes - where.bodyOffset;
  // Zero is a streaming header only when the RIFF header does not account for the rest either.
  const isStreaming =
    stated >= STREAMING_SIZE || (stated === 0 && where.riffEnd <= where.bodyOffset);
  if (isStreaming) return present;
  if (stated <= present) return stated;
  throw new CallscribeError(
    'bad-audio',
    `${where.path} is cut short: its header promises ${stated} bytes of audio, ${present} are ` +
      `there; copy it again, or keep what is there with: sox --ignore-length ${where.path} repaired.wav`,
  );
}

function notWav(start: Uint8Array, path: string): CallscribeError {
  const name = OTHER_FILES.find(([magic]) => fourCc(start, 0).startsWith(magic))?.[1];
  const what = name === undefined ? 'is no audio file that can be played' : `is ${name}`;
  return new CallscribeError(
    'bad-audio',
    `${path} ${what}; a WAV file or a raw GetMedia .mkv is wanted${
      name === undefined ? '' : `, ${convert(path)}`
    }`,
  );
}

const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['OggS', 'an Ogg file'],
  ['fLaC', 'a FLAC file'],
  ['ID3', 'an MP3 file'],
  ['FORM', 'an AIFF file'],
  ['.snd', 'a Sun audio file'],
  ['RF64', 'an RF64 file'],
  ['RIFX', 'a big-endian RIFX file'],
];

async function readUpTo(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function readExactly(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<Uint8Array> {
  const bytes = await readUpTo(file, offset, length);
  if (bytes.length === length) return bytes;
  throw new CallscribeError('bad-audio', `${path} became shorter while it was played`);
}

function fourCc(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/** Callers have checked the length or compare the id before, so a missing byte reads as 0. */
function uint32(bytes: Uint8Array, offset: number): number {
  let value = 0;
  for (let index = 3; index >= 0; index -= 1) value = value * 256 + (bytes[offset + index] ?? 0);
  return value;
}
