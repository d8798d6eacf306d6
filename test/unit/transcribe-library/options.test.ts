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
});
