import { decodeMulaw, encodeAlaw } from '../../../local/media/g711';
import type { WavFile } from '../../../local/media/wav';
import type { WavEncoding } from '../../../local/media/wav-format';
import { encodeSamples } from '../../../local/media/wav-writer';
import type { CallSource, SourceBlock, SourceFragment } from '../../../local/player/call-source';
import { wavSource } from '../../../local/player/wav-source';

/** A WAV file in memory, so that these tests touch no disk. */
function wavOf(
  channels: readonly Int16Array[],
  {
    encoding = 'pcm16',
    sampleRateHz = 8000,
  }: { encoding?: WavEncoding; sampleRateHz?: number } = {},
): WavFile {
  const bytes = encodeSamples(channels, encoding);
  const frames = channels[0]?.length ?? 0;
  const frameBytes = bytes.length / frames;
  return {
    format: { encoding, channels: channels.length === 1 ? 1 : 2, sampleRateHz },
    frames,
    durationMs: (frames * 1000) / sampleRateHz,
    readFrames: async (start, count) =>
      bytes.subarray(start * frameBytes, (start + count) * frameBytes),
    close: async () => undefined,
  };
}

const ramp = (count: number, from = 0): Int16Array =>
  Int16Array.from({ length: count }, (_, index) => from + index);

async function fragmentsOf(source: CallSource): Promise<SourceFragment[]> {
  const fragments: SourceFragment[] = [];
  for await (const fragment of source.fragments()) fragments.push(fragment);
  return fragments;
}

function samplesOf(blocks: readonly SourceBlock[], trackNumber: number): number[] {
  return blocks
    .filter((block) => block.trackNumber === trackNumber)
    .flatMap(({ payload }) => {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      return Array.from({ length: payload.length / 2 }, (_, index) =>
        view.getInt16(index * 2, true),
      );
    });
}

describe('wavSource', () => {
  it('gives left to the caller and right to the agent under the names of Connect', () => {
    const source = wavSource(wavOf([ramp(8), ramp(8)]));

    expect(source.legs).toEqual([
      { channel: 'caller', track: 'AUDIO_FROM_CUSTOMER' },
      { channel: 'agent', track: 'AUDIO_TO_CUSTOMER' },
    ]);
    expect(source.tracks).toEqual([
      {
        number: 1,
        name: 'AUDIO_FROM_CUSTOMER',
        codecId: 'A_PCM/INT/LIT',
        sampleRateHz: 8000,
        bitDepth: 16,
      },
      {
        number: 2,
        name: 'AUDIO_TO_CUSTOMER',
        codecId: 'A_PCM/INT/LIT',
        sampleRateHz: 8000,
        bitDepth: 16,
      },
    ]);
  });

  it('has one leg for a mono file', () => {
    const source = wavSource(wavOf([ramp(8)]));

    expect(source.legs).toEqual([{ channel: 'caller', track: 'AUDIO_FROM_CUSTOMER' }]);
  });

  it('cuts 1024-byte blocks of both tracks in turn, about a second to a fragment', async () => {
    const source = wavSource(wavOf([ramp(16_000), ramp(16_000)]));

    const [first, second, ...more] = await fragmentsOf(source);

    expect(more).toEqual([]);
    expect(first?.timestampMs).toBe(0);
    expect(first?.blocks).toHaveLength(32);
    expect(first?.blocks.slice(0, 3).map(({ payload: _, ...block }) => block)).toEqual([
      { trackNumber: 1, timestampMs: 0, endMs: 64 },
      { trackNumber: 2, timestampMs: 0, endMs: 64 },
      { trackNumber: 1, timestampMs: 64, endMs: 128 },
    ]);
    expect(new Set(first?.blocks.map((block) => block.payload.length))).toEqual(new Set([1024]));
    expect(second?.timestampMs).toBe(1024);
    expect(second?.blocks.at(-1)?.endMs).toBe(2000);
  });

  it('plays every sample of each channel once and in order', async () => {
    const left = ramp(9001);
    const right = ramp(9001, 1000);

    const fragments = await fragmentsOf(wavSource(wavOf([left, right])));

    const blocks = fragments.flatMap((fragment) => fragment.blocks);
    expect(samplesOf(blocks, 1).slice(0, 9001)).toEqual([...left]);
    expect(samplesOf(blocks, 2).slice(0, 9001)).toEqual([...right]);
  });

  it('fills the last block up to a whole millisecond', async () => {
    const source = wavSource(wavOf([ramp(9, 1)]));

    const blocks = (await fragmentsOf(source)).flatMap((fragment) => fragment.blocks);

    expect(source.durationMs).toBe(2);
    expect(samplesOf(blocks, 1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0]);
    expect(blocks.at(-1)?.endMs).toBe(2);
  });

  it('keeps block times whole at 16 kHz', async () => {
    const source = wavSource(wavOf([ramp(16_400)], { sampleRateHz: 16_000 }));

    const fragments = await fragmentsOf(source);

    expect(fragments.map((fragment) => fragment.timestampMs)).toEqual([0, 1024]);
    expect(fragments[0]?.blocks[1]?.timestampMs).toBe(32);
    expect(source.durationMs).toBe(1025);
  });

  it('sends G.711 as it is, in the way of WAV', async () => {
    const source = wavSource(wavOf([ramp(512)], { encoding: 'alaw' }));

    const [fragment] = await fragmentsOf(source);

    expect(source.tracks[0]?.codecId).toBe('A_MS/ACM');
    expect(Buffer.from(source.tracks[0]?.codecPrivate ?? []).toString('hex')).toBe(
      '06000100401f0000401f0000010008000000',
    );
    expect([...(fragment?.blocks[0]?.payload ?? [])]).toEqual([...ramp(512)].map(encodeAlaw));
    expect(fragment?.blocks[0]?.endMs).toBe(64);
  });

  it('sends another encoding when asked', async () => {
    const source = wavSource(wavOf([ramp(8, 1000)]), 'mulaw');

    const [fragment] = await fragmentsOf(source);

    expect(decodeMulaw(fragment?.blocks[0]?.payload[0] ?? 0)).toBe(988);
    expect(Buffer.from(source.tracks[0]?.codecPrivate ?? []).readUInt16LE()).toBe(7);
  });
});
