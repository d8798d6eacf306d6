/** Where a phrase stands among words: [from, to). */
export interface PhraseRange {
  readonly from: number;
  readonly to: number;
}

/** Finds phrases in a row of words, whatever their case. */
export class PhraseBook {
  /** First word to the phrases that begin with it, the longest first. */
  readonly #byFirst = new Map<string, (readonly string[])[]>();

  constructor(phrases: readonly string[]) {
    for (const phrase of phrases) {
      const words = phrase.toLowerCase().split(/\s+/);
      const [first = ''] = words;
      const others = this.#byFirst.get(first) ?? [];
      this.#byFirst.set(
        first,
        [...others, words].sort((a, b) => b.length - a.length),
      );
    }
  }

  /** All places, in order, none overlapping another. `words` must be in lower case. */
  find(words: readonly string[]): PhraseRange[] {
    const ranges: PhraseRange[] = [];
    for (let from = 0; from < words.length; from++) {
      const phrase = this.#byFirst
        .get(words[from] ?? '')
        ?.find((parts) => parts.every((part, index) => words[from + index] === part));
      if (phrase === undefined) continue;
      ranges.push({ from, to: from + phrase.length });
      from += phrase.length - 1;
    }
    return ranges;
  }
}
