const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const SPOKEN = new Map<string, string>([
  ...DIGITS.map((word, digit) => [String(digit), word] as const),
  // Symbols of a telephone's keys, as people say them.
  ['*', 'star'],
  ['#', 'pound'],
]);
const WRITTEN = new Map(DIGITS.map((word, digit) => [word, String(digit)] as const));

/** A single digit as a word, and back; anything else stays as it is. */
export function inFormat(text: string, format: 'written' | 'spoken'): string {
  const words = format === 'spoken' ? SPOKEN : WRITTEN;
  return words.get(text.toLowerCase()) ?? text;
}

/** How many digits a word stands for; 0 for other words. */
export function digitsIn(text: string): number {
  if (WRITTEN.has(text)) return 1;
  return /^\d[\d-]*$/.test(text) ? text.replaceAll('-', '').length : 0;
}
