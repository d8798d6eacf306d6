import { openDecoder } from '../../../local/recognisers/pocketsphinx/decoder';
import { loadLibrary } from '../../../local/recognisers/pocketsphinx/library';

jest.mock('../../../local/recognisers/pocketsphinx/library');

const FILES = { acousticModel: 'a', dictionary: 'd', languageModel: 'l' };
const RATE_HZ = 16_000;

/** A library that hears `words` in everything; `opened` counts its decoders. */
function setUp(words: readonly string[]) {
  const seen = { opened: 0, freed: 0 };
  const library = {
    defaultArguments: () => null,
    parseArguments: () => ({}),
    open: () => ({ number: (seen.opened += 1) }),
    free: () => void (seen.freed += 1),
    startStream: () => 0,
    startUtterance: () => 0,
    process: () => 0,
    endUtterance: () => 0,
    firstSegment: () => (words.length > 0 ? 0 : null),
    nextSegment: (segment: number) => (segment + 1 < words.length ? segment + 1 : null),
    segmentWord: (segment: number) => words[segment],
    segmentFrames: () => undefined,
    segmentLogProbability: () => 0,
    logMath: () => null,
    exponential: () => 1,
  };
  jest.mocked(loadLibrary).mockReturnValue(library as unknown as ReturnType<typeof loadLibrary>);
  const decoder = openDecoder(FILES);
  const utter = (seconds: number): void => {
    decoder.start();
    decoder.process(new Int16Array(seconds * RATE_HZ));
    decoder.end();
  };
  return { utter, seen };
}

describe('openDecoder', () => {
  it('begins anew after a scrap of speech, which has told it nothing about the voice', () => {
    const { utter, seen } = setUp(['word']);

    utter(0.7);
    utter(3);

    expect(seen).toEqual({ opened: 2, freed: 1 });
  });

  it('begins anew after sound without words', () => {
    const { utter, seen } = setUp([]);

    utter(3);
    utter(3);

    expect(seen.opened).toBe(2);
  });

  it('keeps what it has learnt from an utterance, whatever comes after it', () => {
    const { utter, seen } = setUp(['word']);

    utter(3);
    utter(0.7);
    utter(3);

    expect(seen).toEqual({ opened: 1, freed: 0 });
  });
});
