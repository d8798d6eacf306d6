import { encodeAlaw, encodeMulaw, decodeAlaw, decodeMulaw } from '../../../local/media/g711';
import { A_LAW_TABLE, MU_LAW_TABLE } from '../../../functions/worker/audio/g711';
import { chooseCodec } from '../../../functions/worker/audio/codec';
import type { AudioTrack } from '../../../functions/worker/fragments/fragment';
import { agent, caller, place } from './place';
import { AGENT, CALLER, TRACK, pcm16, sampleAt, voice, type Step } from './voice';

const CODES = Array.from({ length: 256 }, (_, code) => code);
const waveFormat = (tag: number, bits = 16) => {
  const header = new Uint8Array(18);
  header[0] = tag;
  header[14] = bits;
  return header;
};
const track = (changes: Partial<AudioTrack>): AudioTrack => ({ ...TRACK, ...changes });
const acm = (codecPrivate?: Uint8Array) => track({ codecId: 'A_MS/ACM', codecPrivate });

describe('the G.711 tables', () => {
  it('agree with a decoder that was written apart', () => {
    expect([...MU_LAW_TABLE]).toEqual(CODES.map((code) => decodeMulaw(code) + 0));
    expect([...A_LAW_TABLE]).toEqual(CODES.map((code) => decodeAlaw(code)));
  });
});

describe('chooseCodec', () => {
  it.each([
    [track({ codecId: 'A_PCM/INT/LIT' }), 'pcm16'],
    [track({ codecId: 'A_PCM/INT/LIT', bitDepth: 16 }), 'pcm16'],
    [track({ codecId: 'A_MULAW' }), 'mu-law'],
    [track({ codecId: 'A_ALAW' }), 'a-law'],
    [track({ codecId: 'audio/PCMU' }), 'mu-law'],
    [track({ codecId: 'audio/PCMA' }), 'a-law'],
    [acm(waveFormat(1)), 'pcm16'],
    [acm(waveFormat(7, 8)), 'mu-law'],
    [acm(waveFormat(6, 8)), 'a-law'],
    [track({ codecId: 'A_PCM/INT/LIT', sampleRateHz: 16_000 }), 'pcm16'],
  ])('knows %j', (given, name) => {
    expect(chooseCodec(given)).toMatchObject({ kind: 'known', codec: { name } });
  });

  it.each(['audio/L16', 'A_CONNECT', ''])('is not sure of "%s"', (codecId) => {
    expect(chooseCodec(track({ codecId }))).toMatchObject({
      kind: 'if-blocks-fit',
      codec: { name: 'pcm16' },
    });
  });

  it.each([
    [track({ codecId: 'A_AAC' }), 'unsupported-codec', 'A_AAC'],
    [track({ codecId: 'A_OPUS' }), 'unsupported-codec', 'A_OPUS'],
    [track({ codecId: 'V_MPEG4/ISO/AVC' }), 'unsupported-codec', 'V_MPEG4/ISO/AVC'],
    [track({ codecId: 'A_PCM/INT/BIG' }), 'unsupported-codec', 'A_PCM/INT/BIG'],
    [track({ codecId: 'A_PCM/FLOAT/IEEE' }), 'unsupported-codec', 'A_PCM/FLOAT/IEEE'],
    [track({ codecId: 'A_PCM/INT/LIT', bitDepth: 24 }), 'unsupported-codec', '24 bits'],
    [acm(waveFormat(85)), 'unsupported-codec', 'A_MS/ACM'],
    [acm(waveFormat(1, 8)), 'unsupported-codec', 'A_MS/ACM'],
    [acm(), 'unsupported-codec', 'A_MS/ACM'],
    [track({ sampleRateHz: 44_100 }), 'bad-audio', '44100 Hz'],
    [track({ channels: 2 }), 'bad-audio', '2 channels'],
  ])('refuses %j and says what it is', (given, code, words) => {
    expect(() => chooseCodec(given)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });

  it('puts no control characters of a CodecID into its message', () => {
    const codecId = `A_AAC\u001b[31m${'x'.repeat(500)}`;

    expect(() => chooseCodec(track({ codecId }))).toThrow(/^[\x20-\x7e]{1,250}$/);
  });
});

describe('placeAudio, codecs', () => {
  const options = { seed: 1, fromMs: 0, toMs: 3_000 };
  const whole = Array.from({ length: 24_000 }, (_, index) => sampleAt(1, index));
  const heard = async (steps: Step[]) => {
    const placed = await place([caller(steps)]);
    return { placed, samples: [...placed.samples(0, 1)] };
  };
  const coded = (codecId: string, encode: (sample: number) => number) =>
    voice({
      ...options,
      track: { codecId },
      encode: (samples) => Uint8Array.from(samples, (sample) => encode(sample)),
    });

  it('expands mu-law', async () => {
    const { samples } = await heard(coded('A_MULAW', encodeMulaw));

    expect(samples).toEqual(whole.map((sample) => decodeMulaw(encodeMulaw(sample))));
  });

  it('expands A-law', async () => {
    const { samples } = await heard(coded('A_ALAW', encodeAlaw));

    expect(samples).toEqual(whole.map((sample) => decodeAlaw(encodeAlaw(sample))));
  });

  it.each([512, 160, 333])('takes an unfamiliar codec for PCM16 if blocks of %i fit', async (n) => {
    const { placed, samples } = await heard(
      voice({ ...options, blockSamples: n, track: { codecId: 'audio/L16' } }),
    );

    expect(samples).toEqual(whole);
    expect(placed.of('notice')).toHaveLength(1);
    expect(placed.of('resume-point')[0]?.resume.sample).toBe(0);
  });

  it('takes it so although audio is missing between the first two blocks', async () => {
    const l16 = { track: { codecId: 'audio/L16' }, blocksPerFragment: 1 };
    const steps = [
      ...voice({ ...options, ...l16, toMs: 64 }),
      ...voice({ ...options, ...l16, fromMs: 1_000, firstOrdinal: 5 }),
    ];

    const { placed } = await heard(steps);

    expect(placed.stretches(0, 1, 1).map(({ kind }) => kind)).toEqual([
      'voice',
      'silence',
      'voice',
    ]);
    const [first, second] = placed.of('resume-point');
    expect(first?.resume).toMatchObject({ sample: 0 });
    expect(second?.resume).toMatchObject({ sample: 8_000 });
    expect(first?.resume.fragmentNumber).not.toBe(second?.resume.fragmentNumber);
  });

  it.each([3_000, 130])(
    'names an unfamiliar codec whose blocks do not fit, after %i ms',
    async (toMs) => {
      const steps = voice({
        ...options,
        toMs,
        track: { codecId: 'audio/ADPCM' },
        encode: (samples) => pcm16(samples).subarray(0, samples.length / 2),
      });

      await expect(heard(steps)).rejects.toMatchObject({
        code: 'unsupported-codec',
        message: expect.stringContaining('audio/ADPCM'),
      });
    },
  );

  it('follows a track that changes its codec between fragments', async () => {
    const steps = [
      ...voice({ ...options, toMs: 1_024 }),
      ...voice({
        ...options,
        fromMs: 1_024,
        firstOrdinal: 2,
        track: { codecId: 'A_MULAW' },
        encode: (samples) => Uint8Array.from(samples, (sample) => encodeMulaw(sample)),
      }),
    ];

    const { samples } = await heard(steps);

    expect(samples).toEqual(
      whole.map((sample, at) => (at < 8_192 ? sample : decodeMulaw(encodeMulaw(sample)))),
    );
  });

  it('places 16 kHz by its own rate', async () => {
    const steps = voice({ ...options, rateHz: 16_000 });

    const { placed, samples } = await heard(steps);

    expect(placed.of('origin')[0]?.sampleRateHz).toBe(16_000);
    expect(samples).toEqual(Array.from({ length: 48_000 }, (_, index) => sampleAt(1, index)));
    expect(placed.chunks[0]?.sampleCount).toBe(3_200);
  });

  it.each([
    ['both parties', voice({ ...options, seed: 2, rateHz: 16_000, track: { name: AGENT.track! } })],
    [
      'all of a call',
      voice({ ...options, rateHz: 16_000, fromMs: 3_008, toMs: 4_000, firstOrdinal: 9 }),
    ],
  ])('wants one rate for %s', async (name, other) => {
    const streams =
      name === 'both parties'
        ? [caller(voice(options)), agent(other)]
        : [caller([...voice(options), ...other])];

    await expect(place(streams)).rejects.toMatchObject({
      code: 'bad-audio',
      message: expect.stringContaining('at one rate'),
    });
  });

  it('finds its track by name, whatever its number is in each fragment', async () => {
    const steps = [
      ...voice({ ...options, toMs: 1_024 }),
      ...voice({ ...options, fromMs: 1_024, firstOrdinal: 2, track: { number: 7 } }),
    ];

    expect((await heard(steps)).samples).toEqual(whole);
  });

  it.each([
    ['the legacy name of the customer', 'Track_audio/L16', CALLER],
    ['any name, when none is asked for', 'whatever', { ...CALLER, track: undefined }],
  ])('takes %s', async (_name, name, leg) => {
    const placed = await place([
      { legs: [{ leg }], steps: voice({ ...options, track: { name } }) },
    ]);

    expect(placed.end.received).toEqual({ caller: 24_000 });
  });

  it.each([
    ['in a long call', 9_000],
    ['in a call of half a second', 500],
  ])('names the tracks there are when the wanted one never comes, %s', async (_name, toMs) => {
    const steps = voice({ ...options, toMs, track: { name: 'Music' } });

    await expect(place([caller(steps)])).rejects.toMatchObject({
      code: 'unknown-track',
      message: expect.stringContaining('Music'),
    });
  });
});
