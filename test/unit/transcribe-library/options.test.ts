import type { TranscribeOptions } from '../../../functions/transcribe/options';
import { transcribe } from '../../../functions/transcribe/transcribe';

/** Fails the test when anybody asks for audio. */
const untouched: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => {
    throw new Error('audio was asked for');
  },
};

const VALID: TranscribeOptions = { language: 'en-US', sampleRateHz: 8_000 };

describe('options of transcribe', () => {
  it.each([
    ['no language', { sampleRateHz: 8_000 }, 'language'],
    ['two ways to name the language', { ...VALID, identifyLanguage: true }, 'identifyLanguage'],
    ['a rate that is too low', { ...VALID, sampleRateHz: 4_000 }, 'sampleRateHz'],
    ['no rate', { language: 'en-US' }, 'sampleRateHz'],
    ['three channels', { ...VALID, channels: 3 }, 'channels'],
    ['an encoding that cannot be cut', { ...VALID, mediaEncoding: 'flac' }, 'mediaEncoding'],
    ['an unknown option', { ...VALID, langauge: 'en-US' }, 'langauge'],
    ['Call Analytics of one channel', { ...VALID, callAnalytics: {} }, 'callAnalytics'],
  ])('refuses %s before any audio flows', (_name, options, named) => {
    expect(() => transcribe(untouched, options as TranscribeOptions)).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        message: expect.stringMatching(new RegExp(`${named} .*(for example|docs/options.md)`)),
      }),
    );
  });

  it.each([
    [{ chunkMs: 5 }, 'chunkMs must be from 20 to 1000'],
    [{ chunkMs: NaN }, 'chunkMs must be from 20 to 1000'],
    [{ idleEndMs: 20_000 }, 'idleEndMs must be from 1000 to 14000'],
    [{ sessionLimitMs: 1 }, 'sessionLimitMs must be'],
  ])('refuses to run with %j', (run, complaint) => {
    expect(() => transcribe(untouched, VALID, run)).toThrow(complaint);
  });

  it('refuses a buffer in the place of a stream, and says what to do', () => {
    const audio = Buffer.alloc(100) as unknown as AsyncIterable<Uint8Array>;

    expect(() => transcribe(audio, VALID)).toThrow('for example Readable.from([buffer])');
  });
});
