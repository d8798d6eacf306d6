import type { RecognisedWord, Recognition } from '../../recognisers/recogniser';

export interface StabilisedWords {
  readonly words: readonly RecognisedWord[];
  /** So many of them, from the first, never change again. */
  readonly stable: number;
}

/**
 * Holds on to words once they were called stable: later partials and the final repeat them, even
 * where the recogniser has changed its mind. Keeps the stable words of one utterance.
 */
export class Stabiliser {
  #utterance = 0;
  #stable: readonly RecognisedWord[] = [];

  /** `unstableWords` at the end of a partial may still change. */
  constructor(private readonly unstableWords: number) {}

  stabilise({ kind, utterance, words }: Recognition): StabilisedWords {
    if (utterance !== this.#utterance) {
      this.#utterance = utterance;
      this.#stable = [];
    }
    const stable = this.#stable;
    const stableEnd = stable[stable.length - 1]?.endSample ?? -Infinity;
    const later = words.filter((word) => (word.startSample + word.endSample) / 2 >= stableEnd);
    const all = stable.length === 0 ? words : [...stable, ...later];
    const settled =
      kind === 'final' ? all.length : Math.max(stable.length, all.length - this.unstableWords);
    this.#stable = kind === 'final' ? [] : all.slice(0, settled);
    return { words: all, stable: settled };
  }
}
