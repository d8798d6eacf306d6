const UNITS = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen'
).split(' ');
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/**
 * The words of a text as a recogniser spells them: lower case, no punctuation but the apostrophe,
 * numbers up to 999,999 in words.
 */
export function spokenWords(text: string): string[] {
  return spokenPhrases(text).flat();
}

/** The same, divided where the text's punctuation or line ends suggest a pause. */
export function spokenPhrases(text: string): string[][] {
  return text
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .split(/[.,;:!?\n]+/)
    .map(wordsOfPhrase)
    .filter((words) => words.length > 0);
}

function wordsOfPhrase(phrase: string): string[] {
  const tokens =
    phrase
      .replaceAll('’', "'")
      .toLowerCase()
      .match(/\d+|[\p{L}']+/gu) ?? [];
  return tokens
    .flatMap((token) => (/^\d/.test(token) ? numberInWords(token) : [trimApostrophes(token)]))
    .filter((word) => word !== '');
}

function trimApostrophes(word: string): string {
  return word.replace(/^'+|'+$/g, '');
}

/** Longer numbers, and those with a leading zero, are read digit by digit. */
function numberInWords(digits: string): string[] {
  if (digits.length > 6 || (digits.length > 1 && digits.startsWith('0'))) {
    return [...digits].map((digit) => UNITS[Number(digit)] ?? digit);
  }
  return cardinal(Number(digits));
}

function cardinal(value: number): string[] {
  if (value < 20) return [UNITS[value] ?? ''];
  if (value < 100) return [TENS[Math.floor(value / 10)] ?? '', ...rest(value % 10)];
  if (value < 1000) return [UNITS[Math.floor(value / 100)] ?? '', 'hundred', ...rest(value % 100)];
  return [...cardinal(Math.floor(value / 1000)), 'thousand', ...rest(value % 1000)];
}

function rest(value: number): string[] {
  return value === 0 ? [] : cardinal(value);
}
