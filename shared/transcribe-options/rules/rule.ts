import { problemOf, type OptionProblem } from '../problem';
import type { TranscribeOptions } from '../schema';
import type { MediaEncoding } from '../values';

/** What is known of the audio; nothing is asked of what is not. */
export interface AudioFormat {
  readonly sampleRateHz?: number;
  readonly channelCount?: number;
  readonly encoding?: MediaEncoding;
}

/** What is wrong between options that are each right. */
export type Rule = (options: TranscribeOptions, audio: AudioFormat) => readonly OptionProblem[];

/** Options with which a language is identified, for examples. */
export const IDENTIFIED = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
/** Options with which personal data is redacted, for examples. */
export const REDACTED = { language: 'en-GB', contentRedactionType: 'PII' };

export function identifies({
  identifyLanguage,
  identifyMultipleLanguages,
}: TranscribeOptions): boolean {
  return identifyLanguage === true || identifyMultipleLanguages === true;
}

/** A flag that is off asks for nothing. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}

/** One problem where the condition holds: it is there, and neither false nor empty. */
export function problemIf(
  condition: unknown,
  option: string,
  rule: string,
  example?: Readonly<Record<string, unknown>>,
): readonly OptionProblem[] {
  const isWrong = condition !== undefined && condition !== false && condition !== '';
  return isWrong ? [problemOf(option, rule, example)] : [];
}
