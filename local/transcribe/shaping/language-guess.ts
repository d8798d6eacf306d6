import type { RecognisedWord, Recognition } from '../../recognisers/recogniser';
import type { SessionSettings } from '../request-headers';

/** Until so much of a channel was heard, and before its first final, the language is not known. */
const KNOWN_AFTER_MS = 3000;
const SCORE = 0.9;

export interface LanguageGuess {
  readonly languageCode?: string;
  /** Highest first; absent where the request named the language, or it is not known yet. */
  readonly scores?: readonly { readonly languageCode: string; readonly score: number }[];
}

/**
 * The language of one channel's results. It is the one that the request names; where the service
 * has to find it, the preferred or first option, unless a listed word tells another.
 */
export class LanguageGuesser {
  #known: string | undefined;

  constructor(
    private readonly settings: SessionSettings,
    private readonly languageOfWord: Readonly<Record<string, string>>,
  ) {}

  guess(recognition: Recognition, words: readonly RecognisedWord[]): LanguageGuess {
    const { languageCode, languageOptions, identifiesMultiple, sampleRateHz } = this.settings;
    if (languageOptions.length === 0) return { languageCode };
    const told = words
      .map(({ text }) => this.languageOfWord[text.toLowerCase()])
      .find((code) => code !== undefined && languageOptions.includes(code));
    const heardMs = (recognition.endSample * 1000) / sampleRateHz;
    if (this.#known === undefined) {
      if (recognition.kind === 'partial' && heardMs < KNOWN_AFTER_MS) return {};
      this.#known = told ?? languageCode;
    }
    const code = identifiesMultiple ? (told ?? languageCode) : this.#known;
    const others = languageOptions.filter((option) => option !== code);
    const rest = Math.round(((1 - SCORE) / others.length) * 1000) / 1000;
    return {
      languageCode: code,
      scores: [
        { languageCode: code, score: SCORE },
        ...others.map((option) => ({ languageCode: option, score: rest })),
      ],
    };
  }
}
