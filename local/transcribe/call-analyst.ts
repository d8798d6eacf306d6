import type { Lexicon } from './lexicon';
import type { PhraseRange } from './shaping/phrase-book';
import { PhraseBook } from './shaping/phrase-book';
import type { ShapedItem } from './shaping/shaper';

/** What is said of utterances besides their words: lists take the place of models. */
export class CallAnalyst {
  readonly #positive: PhraseBook;
  readonly #negative: PhraseBook;
  readonly #issues: PhraseBook;
  readonly #categories: readonly (readonly [name: string, phrases: PhraseBook])[];

  constructor({ positive, negative, issues, categories }: Required<Lexicon>) {
    this.#positive = new PhraseBook(positive);
    this.#negative = new PhraseBook(negative);
    this.#issues = new PhraseBook(issues);
    this.#categories = Object.entries(categories).map(
      ([name, phrases]) => [name, new PhraseBook(phrases)] as const,
    );
  }

  sentiment(words: readonly string[]): 'POSITIVE' | 'NEGATIVE' | 'NEUTRAL' | 'MIXED' {
    const isPositive = this.#positive.find(words).length > 0;
    const isNegative = this.#negative.find(words).length > 0;
    if (isPositive && isNegative) return 'MIXED';
    if (isPositive) return 'POSITIVE';
    return isNegative ? 'NEGATIVE' : 'NEUTRAL';
  }

  /** Places of issues, as characters of the transcript that the items make. */
  issues(words: readonly string[], items: readonly ShapedItem[]): object[] | undefined {
    const ranges = this.#issues.find(words);
    if (ranges.length === 0) return undefined;
    const starts = characterStarts(items);
    return ranges.map(({ from, to }) => {
      const end = (starts[to - 1] ?? 0) + (items[to - 1]?.content.length ?? 0);
      return { CharacterOffsets: { Begin: starts[from] ?? 0, End: end } };
    });
  }

  /** Name of each matched category to the items that matched. */
  categories(words: readonly string[]): Map<string, PhraseRange[]> {
    const matched = this.#categories.map(([name, book]) => [name, book.find(words)] as const);
    return new Map(matched.filter(([, ranges]) => ranges.length > 0));
  }
}

/** Where each item begins in the transcript that they make. */
function characterStarts(items: readonly ShapedItem[]): number[] {
  let length = 0;
  return items.map(({ content, isMark }) => {
    const start = length === 0 || isMark ? length : length + 1;
    length = start + content.length;
    return start;
  });
}
