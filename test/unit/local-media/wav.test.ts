import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeAlaw, encodeMulaw } from '../../../local/media/g711';
import { channelBytes, openWav, type WavFile } from '../../../local/media/wav';
import { encodeWav, type WavSpec } from '../../../local/media/wav-writer';
import { CallscribeError } from '../../../shared/errors';

const LEFT = Int16Array.from([1, -2, 300, -400, 32_767]);
const RIGHT = Int16Array.from([-32_768, 7, 0, 9, -10]);
const STEREO: WavSpec = { sampleRateHz: 8000, channels: [LEFT, RIGHT] };
const LIST = { id: 'LIST', body: Buffer.from('odd') };

let folder: string;
const opened: WavFile[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wav-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((wav) => wav.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;

/** A new file each time: an open one must not change. */
function write(bytes: Uint8Array): string {
  written += 1;
  const path = join(folder, `${written}-call.wav`);
  writeFileSync(path, bytes);
  return path;
}

async function openBytes(bytes: Uint8Array): Promise<WavFile> {
  const wav = await openWav(write(bytes));
  opened.push(wav);
  return wav;
}

async function samplesOf(wav: WavFile, channel: number): Promise<number[]> {
  const bytes = channelBytes(await wav.readFrames(0, wav.frames), wav.format, channel);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 2 }, (_, index) => view.getInt16(index * 2, true));
}

async function refusal(bytes: Uint8Array): Promise<CallscribeError> {
  return openBytes(bytes).then(
    () => {
      throw new Error('it was opened');
    },
    (reason: CallscribeError) => reason,
  );
}

describe('openWav', () => {
  it('reads both channels of PCM16', async () => {
    const wav = await openBytes(encodeWav(STEREO));

    expect(wav.format).toEqual({ encoding: 'pcm16', channels: 2, sampleRateHz: 8000 });
    expect(wav.frames).toBe(5);
    expect(wav.durationMs).toBe(0.625);
    expect(await samplesOf(wav, 0)).toEqual([...LEFT]);
    expect(await samplesOf(wav, 1)).toEqual([...RIGHT]);
  });

  it('reads a mono file without copying', async () => {
    const wav = await openBytes(encodeWav({ ...STEREO, sampleRateHz: 16_000, channels: [LEFT] }));
    const bytes = await wav.readFrames(0, 5);

    expect(channelBytes(bytes, wav.format, 0)).toBe(bytes);
    expect(await samplesOf(wav, 0)).toEqual([...LEFT]);
  });

  it('keeps G.711 bytes as they are', async () => {
    const mulaw = await openBytes(encodeWav({ ...STEREO, encoding: 'mulaw' }));
    const alaw = await openBytes(encodeWav({ ...STEREO, encoding: 'alaw', extensible: true }));

    const right = channelBytes(await mulaw.readFrames(0, 5), mulaw.format, 1);
    const left = channelBytes(await alaw.readFrames(0, 5), alaw.format, 0);

    expect([...right]).toEqual([...RIGHT].map(encodeMulaw));
    expect(alaw.format.encoding).toBe('alaw');
    expect(decodeAlaw(left[2] ?? 0)).toBeCloseTo(300, -2);
  });

  it('reads a part, and less at the end', async () => {
    const wav = await openBytes(encodeWav({ ...STEREO, channels: [LEFT] }));

    expect(await wav.readFrames(1, 2)).toHaveLength(4);
    expect(await wav.readFrames(4, 10)).toHaveLength(2);
    expect(await wav.readFrames(5, 10)).toHaveLength(0);
  });

  it('skips other chunks, also of odd length', async () => {
    const wav = await openBytes(
      encodeWav({ ...STEREO, chunksBefore: [LIST, LIST], chunksAfter: [LIST] }),
    );

    expect(wav.frames).toBe(5);
    expect(await samplesOf(wav, 1)).toEqual([...RIGHT]);
  });

  it.each(['zero', 'unknown'] as const)(
    'takes the rest of the file for %s sizes',
    async (sizes) => {
      const wav = await openBytes(encodeWav({ ...STEREO, sizes }));

      expect(await samplesOf(wav, 0)).toEqual([...LEFT]);
    },
  );

  it('reads WAVE_FORMAT_EXTENSIBLE', async () => {
    const wav = await openBytes(encodeWav({ ...STEREO, extensible: true }));

    expect(wav.format.encoding).toBe('pcm16');
  });
});

describe('openWav on a file that cannot be played', () => {
  const good = encodeWav(STEREO);
  const patched = (offset: number, value: number, bytes = good): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt16LE(value, offset);
    return copy;
  };

  it.each([
    ['text', Buffer.from('this is a shopping list, not audio'), 'is no audio file'],
    ['an empty file', Buffer.alloc(0), 'is no audio file'],
    ['an Ogg file', Buffer.from('OggS00000000000000'), 'is an Ogg file'],
    ['only a RIFF header', good.subarray(0, 12), 'ends before its audio'],
    ['a file without audio', encodeWav({ ...STEREO, channels: [new Int16Array(0)] }), 'no audio'],
    ['MP3 in WAV', patched(20, 0x55), 'MP3'],
    ['a format nobody knows', patched(20, 0x1234), 'format 0x1234'],
    ['24 bits', patched(34, 24), '24 bits'],
    ['three channels', patched(22, 3), '3 channels'],
    ['44.1 kHz', encodeWav({ ...STEREO, sampleRateHz: 44_100 }), '44100 Hz'],
  ])('names %s', async (_, bytes, expected) => {
    const error = await refusal(bytes);

    expect(error).toBeInstanceOf(CallscribeError);
    expect(error.code).toBe('bad-audio');
    expect(error.message).toContain(expected);
    expect(error.message).not.toContain('\n');
  });

  it('tells how to convert a wrong sample rate', async () => {
    const error = await refusal(encodeWav({ ...STEREO, sampleRateHz: 44_100 }));

    expect(error.message).toContain('8000 or 16000 Hz');
    expect(error.message).toMatch(/sox \S+call\.wav -r 8000/);
  });

  it('says how much of a truncated file is there', async () => {
    const error = await refusal(good.subarray(0, good.length - 6));

    expect(error.message).toContain('promises 20 bytes of audio, 14 are there');
  });

  it('says that a file is missing', async () => {
    await expect(openWav(join(folder, 'absent.wav'))).rejects.toThrow('there is no such file');
    await expect(openWav(folder)).rejects.toThrow('is not a file');
  });
});
