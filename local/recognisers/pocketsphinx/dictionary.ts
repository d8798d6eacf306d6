import { CallscribeError } from '../../../shared/errors';

/** As many missing words as an error names. */
const NAMED_WORDS = 10;

/**
 * Cuts a pronouncing dictionary (lines of `word PHONE PHONE …`, further pronunciations as
 * `word(2)`) down to a vocabulary. The smaller it is, the faster and surer the search.
 *
 * @throws CallscribeError `bad-configuration` naming words that have no pronunciation.
 */
export function restrictDictionary(dictionary: string, vocabulary: readonly string[]): string {
  const wanted = new Set(vocabulary);
  const found = new Set<string>();
  const lines = dictionary.split('\n').filter((line) => {
    const word = baseWord(line.slice(0, line.indexOf(' ')));
    if (!wanted.has(word)) return false;
    found.add(word);
    return true;
  });
  const missing = vocabulary.filter((word) => !found.has(word));
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED_WORDS).map((word) => `"${word}"`);
    const more = missing.length > NAMED_WORDS ? ` and ${missing.length - NAMED_WORDS} more` : '';
    throw new CallscribeError(
      'bad-configuration',
      `the language model text uses words that the pronouncing dictionary does not have: ` +
        `${named.join(', ')}${more}; spell them as they are spoken, or leave them out`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** `record(2)` is another pronunciation of `record`. */
export function baseWord(entry: string): string {
  return entry.replace(/\(\d+\)$/, '');
}
