import { CallscribeError } from '../../../shared/errors';
import { DECODER_RATE_HZ, type DecodedWord, type Decoder } from '../speech/decoder';
import { baseWord } from './dictionary';
import type { Handle, PocketsphinxLibrary } from './library';
import { loadLibrary } from './library';

/** Entries of the hypothesis that are no words: `<sil>`, `[NOISE]`, `++UH++`. */
const FILLER = /^[<[+]/;

/** Where our settings depart from pocketsphinx's defaults. */
const SETTINGS: Readonly<Record<string, string>> = {
  // The listener finds the utterances; dropped silence would shift every time after it.
  '-remove_silence': 'no',
  // Audio comes as it is spoken, so the mean of a whole utterance is not known in time.
  '-cmn': 'live',
  // Its log holds what was heard.
  '-logfn': '/dev/null',
};

/**
 * The first utterance alone decides the cepstral mean with which the next ones are heard: the tail
 * of a word, where a stream begins in speech, would spoil seconds of it. A decoder that has heard
 * only such a scrap begins anew; this long, and with words in it, no utterance is one.
 */
const SCRAP_SAMPLES = 1.5 * DECODER_RATE_HZ;

export interface DecoderFiles {
  readonly acousticModel: string;
  readonly dictionary: string;
  readonly languageModel: string;
}

/** @throws CallscribeError `bad-configuration` when library or models are missing or unreadable. */
export function openDecoder(
  files: DecoderFiles,
  settings: Readonly<Record<string, string>> = {},
): Decoder {
  const library = loadLibrary();
  const args = Object.entries({
    '-hmm': files.acousticModel,
    '-dict': files.dictionary,
    '-lm': files.languageModel,
    ...SETTINGS,
    ...settings,
  }).flat();
  const config = library.parseArguments(null, library.defaultArguments(), args.length, args, 1);
  const handle = config === null ? null : library.open(config);
  if (handle === null) {
    throw new CallscribeError(
      'bad-configuration',
      `pocketsphinx cannot read its models in ${files.acousticModel}: reinstall the Debian ` +
        `package pocketsphinx-en-us`,
    );
  }
  return new LibraryDecoder(library, config, handle);
}

class LibraryDecoder implements Decoder {
  #ended = true;
  #samples = 0;
  /** It has heard an utterance that was no scrap. */
  #isSettled = false;

  constructor(
    private readonly library: PocketsphinxLibrary,
    private readonly config: Handle,
    private handle: Handle,
  ) {}

  start(): void {
    if (this.#samples > 0 && !this.#isSettled) this.#beginAnew();
    this.#samples = 0;
    // Without this, segments count their frames from the first utterance on.
    check(this.library.startStream(this.handle), 'start a stream');
    check(this.library.startUtterance(this.handle), 'start an utterance');
    this.#ended = false;
  }

  process(samples: Int16Array): void {
    this.#samples += samples.length;
    check(this.library.process(this.handle, samples, samples.length, 0, 0), 'decode');
  }

  end(): void {
    check(this.library.endUtterance(this.handle), 'end an utterance');
    this.#ended = true;
    this.#isSettled ||= this.#samples > SCRAP_SAMPLES && this.words().length > 0;
  }

  words(): DecodedWord[] {
    const words: DecodedWord[] = [];
    let segment = this.library.firstSegment(this.handle);
    for (; segment !== null; segment = this.library.nextSegment(segment)) {
      const entry = this.library.segmentWord(segment);
      if (!FILLER.test(entry)) words.push(this.#word(segment, baseWord(entry)));
    }
    return words;
  }

  close(): void {
    this.library.free(this.handle);
    this.library.freeArguments(this.config);
  }

  /** Some 50 ms with a small language model, and seldom more than once in a stream. */
  #beginAnew(): void {
    const fresh = this.library.open(this.config);
    if (fresh === null) return;
    this.library.free(this.handle);
    this.handle = fresh;
  }

  #word(segment: Handle, text: string): DecodedWord {
    const first = [0];
    const last = [0];
    this.library.segmentFrames(segment, first, last);
    return {
      text,
      startFrame: first[0] ?? 0,
      endFrame: (last[0] ?? 0) + 1,
      confidence: this.#ended ? this.#posterior(segment) : 0,
    };
  }

  #posterior(segment: Handle): number {
    const log = this.library.segmentLogProbability(segment, null, null, null);
    const value = this.library.exponential(this.library.logMath(this.handle), log);
    return Math.max(0, Math.min(1, value));
  }
}

function check(result: number, what: string): void {
  if (result < 0) throw new CallscribeError('internal', `pocketsphinx could not ${what}`);
}
