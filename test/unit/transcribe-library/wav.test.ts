import { readWav } from '../../../functions/transcribe/wav';
import { encodeWav, type WavSpec } from '../../../local/media/wav-writer';
import { pieces } from './support';

const SAMPLES = Int16Array.from({ length: 400 }, (_, index) => index * 50 - 10_000);
const SPEC: WavSpec = { sampleRateHz: 8_000, channels: [SAMPLES] };

async function bytesOf(audio: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of audio) all.push(piece);
  return Buffer.concat(all);
}

async function read(wav: Uint8Array, size = 100) {
  const { audio, ...format } = await readWav(pieces(wav, size));
  return { format, bytes: await bytesOf(audio) };
}

describe('readWav', () => {
  it('tells the format and gives the samples', async () => {
    const { format, bytes } = await read(encodeWav(SPEC));

    expect(format).toEqual({ sampleRateHz: 8_000, channels: 1, mediaEncoding: 'pcm' });
    expect(bytes.equals(Buffer.from(SAMPLES.buffer))).toBe(true);
  });

  it.each([1, 2, 3, 5, 43, 44, 45, 46, 10_000])('takes pieces of %i bytes', async (size) => {
    const { bytes } = await read(encodeWav(SPEC), size);

    expect(bytes.equals(Buffer.from(SAMPLES.buffer))).toBe(true);
  });

  it.each(['zero', 'unknown'] as const)('reads to the end when sizes are %s', async (sizes) => {
    const { bytes } = await read(encodeWav({ ...SPEC, sizes }));

    expect(bytes.length).toBe(SAMPLES.byteLength);
  });

  it('leaves out what stands before and after the audio', async () => {
    const notes = [{ id: 'LIST', body: Buffer.from('odd') }];

    const { bytes } = await read(encodeWav({ ...SPEC, chunksBefore: notes, chunksAfter: notes }));

    expect(bytes.equals(Buffer.from(SAMPLES.buffer))).toBe(true);
  });

  it.each([
    ['mulaw', 'g711-ulaw'],
    ['alaw', 'g711-alaw'],
  ] as const)('knows %s, two channels and extensible headers', async (encoding, mediaEncoding) => {
    const spec = { ...SPEC, channels: [SAMPLES, SAMPLES], encoding, extensible: true };

    const { format, bytes } = await read(encodeWav(spec));

    expect(format).toEqual({ sampleRateHz: 8_000, channels: 2, mediaEncoding });
    expect(bytes.length).toBe(2 * SAMPLES.length);
  });

  it('takes what is no WAV file for samples of the format given', async () => {
    const raw = { sampleRateHz: 16_000, channels: 2, mediaEncoding: 'g711-alaw' } as const;
    const samples = Buffer.from('RIFFraff and more');

    const { audio, ...format } = await readWav(pieces(samples, 5), raw);

    expect(format).toEqual(raw);
    expect((await bytesOf(audio)).equals(samples)).toBe(true);
  });

  it.each([
    ['text', Buffer.from('this is no audio at all'), 'does not begin as a WAV file'],
    ['an empty input', Buffer.alloc(0), 'does not begin as a WAV file'],
    ['a header without audio', encodeWav(SPEC).subarray(0, 36), 'ends before its audio'],
    ['three channels', encodeWav({ ...SPEC, channels: [SAMPLES, SAMPLES, SAMPLES] }), '3 channels'],
    ['another format', withTag(encodeWav(SPEC), 3), 'its format is 3 with 16 bits'],
  ])('refuses %s, saying what it found', async (_name, wav, found) => {
    await expect(readWav(pieces(wav, 100))).rejects.toMatchObject({
      code: 'bad-audio',
      message: expect.stringContaining(found),
    });
  });
});

function withTag(wav: Buffer, tag: number): Buffer {
  wav.writeUInt16LE(tag, 20);
  return wav;
}
