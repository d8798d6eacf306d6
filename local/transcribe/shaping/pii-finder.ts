import type { PiiType } from '../pii-types';
import { digitsIn } from './number-words';
import type { PhraseRange } from './phrase-book';
import { PhraseBook } from './phrase-book';

export interface PiiRange extends PhraseRange {
  readonly type: PiiType;
}

/** Digits in a row, spoken or keyed, mean this; from the given number of them on. */
const NUMBERS: readonly (readonly [from: number, type: PiiType])[] = [
  [20, 'BANK_ACCOUNT_NUMBER'],
  [13, 'CREDIT_DEBIT_NUMBER'],
  [10, 'PHONE'],
  [9, 'SSN'],
  [7, 'BANK_ACCOUNT_NUMBER'],
  [4, 'PIN'],
  [3, 'CREDIT_DEBIT_CVV'],
];

/** Finds PII by simple rules: phrases of a list, numbers by their length, e-mail addresses. */
export class PiiFinder {
  readonly #books: readonly (readonly [PiiType, PhraseBook])[];

  /** Only `types` are found; all when it is empty. */
  constructor(
    phrases: Readonly<Partial<Record<PiiType, readonly string[]>>>,
    private readonly types: readonly PiiType[],
  ) {
    this.#books = Object.entries(phrases)
      .map(([type, list]) => [type as PiiType, new PhraseBook(list)] as const)
      .filter(([type]) => this.#isAsked(type));
  }

  /** In order, none overlapping another. `words` must be in lower case. */
  find(words: readonly string[]): PiiRange[] {
    const found = [
      ...this.#books.flatMap(([type, book]) => joined(book.find(words), type)),
      ...emails(words),
      ...numbers(words),
    ].filter(({ type }) => this.#isAsked(type));
    found.sort((a, b) => a.from - b.from || b.to - a.to);
    const apart: PiiRange[] = [];
    for (const range of found) {
      if (range.from >= (apart[apart.length - 1]?.to ?? 0)) apart.push(range);
    }
    return apart;
  }

  #isAsked(type: PiiType): boolean {
    return this.types.length === 0 || this.types.includes(type);
  }
}

/** Neighbours are one entity: a first and a last name. */
function joined(ranges: readonly PhraseRange[], type: PiiType): PiiRange[] {
  const entities: PiiRange[] = [];
  for (const { from, to } of ranges) {
    const last = entities[entities.length - 1];
    if (last?.to === from) entities[entities.length - 1] = { ...last, to };
    else entities.push({ from, to, type });
  }
  return entities;
}

function numbers(words: readonly string[]): PiiRange[] {
  const ranges: PiiRange[] = [];
  for (let from = 0; from < words.length; from++) {
    let to = from;
    let digits = 0;
    for (let more = digitsIn(words[to] ?? ''); more > 0; more = digitsIn(words[to] ?? '')) {
      digits += more;
      to += 1;
    }
    const type = NUMBERS.find(([least]) => digits >= least)?.[1];
    if (type) ranges.push({ from, to, type });
    from = Math.max(from, to - 1);
  }
  return ranges;
}

/** `name@example.com`, or the words `name at example dot com`. */
function emails(words: readonly string[]): PiiRange[] {
  const ranges: PiiRange[] = [];
  words.forEach((word, at) => {
    if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(word)) {
      ranges.push({ from: at, to: at + 1, type: 'EMAIL' });
    } else if (at > 0 && word === 'at' && words[at + 2] === 'dot' && words.length > at + 3) {
      ranges.push({ from: at - 1, to: at + 4, type: 'EMAIL' });
    }
  });
  return ranges;
}
