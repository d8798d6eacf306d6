import { CallscribeError } from '../../shared/errors';

/** What fits into the ten seconds of an utterance. */
export const MAX_SCRIPT_WORDS = 25;
const BETWEEN_READINGS = '|';

/** One utterance: what is said, and other readings of it that a recogniser might weigh. */
export interface ScriptLine {
  readonly words: readonly string[];
  readonly others: readonly (readonly string[])[];
}

/**
 * Reads a script: one utterance a line, other readings of it after ` | `. Empty lines count for
 * nothing.
 *
 * @throws CallscribeError `bad-configuration` for a text without words or a line that is too long.
 */
export function parseScript(text: string): ScriptLine[] {
  const lines = text
    .split('\n')
    .map((line) => line.split(BETWEEN_READINGS).map(wordsOf))
    .map(([words = [], ...others]) => ({ words, others }))
    .filter(({ words }) => words.length > 0);
  const longest = Math.max(0, ...lines.flatMap(({ words, others }) => lengths(words, ...others)));
  if (lines.length === 0 || longest > MAX_SCRIPT_WORDS) {
    throw new CallscribeError(
      'bad-configuration',
      `a script has one utterance a line, of 1 to ${MAX_SCRIPT_WORDS} words`,
    );
  }
  return lines;
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function lengths(...readings: readonly (readonly string[])[]): number[] {
  return readings.map((words) => words.length);
}
