import { spokenWords } from '../recognisers/speech/spoken-words';

export interface WordErrors {
  /** Words of the reference. */
  readonly words: number;
  /** Substituted, inserted and deleted words, by the cheapest alignment. */
  readonly errors: number;
}

export function wordErrors(expected: readonly string[], heard: readonly string[]): WordErrors {
  let previous = Array.from({ length: heard.length + 1 }, (_, index) => index);
  for (const [row, word] of expected.entries()) {
    const current = [row + 1];
    for (const [column, other] of heard.entries()) {
      const substituted = (previous[column] ?? 0) + (word === other ? 0 : 1);
      const deleted = (previous[column + 1] ?? 0) + 1;
      const inserted = (current[column] ?? 0) + 1;
      current.push(Math.min(substituted, deleted, inserted));
    }
    previous = current;
  }
  return { words: expected.length, errors: previous[heard.length] ?? 0 };
}

/**
 * Case, punctuation and the spelling of numbers do not count. Errors per word of the reference; above 1 when much was heard that nobody said. An empty
 * reference gives 0 when nothing was heard, else 1.
 */
export function wordErrorRate(reference: string, hypothesis: string): number {
  return rateOf(wordErrors(spokenWords(reference), spokenWords(hypothesis)));
}

/** Errors per word; as `wordErrorRate` where there is no word. */
export function rateOf({ words, errors }: WordErrors): number {
  return words === 0 ? Math.min(1, errors) : errors / words;
}
