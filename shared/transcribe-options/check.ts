import type { OptionProblem } from './problem';
import { channels, format } from './rules/audio';
import { callAnalytics } from './rules/call-analytics';
import { personalData, stability } from './rules/content';
import { knownLanguages, languageChoice, languageWay, preference } from './rules/language';
import type { AudioFormat, Rule } from './rules/rule';
import { languageModel, vocabularies } from './rules/vocabulary';
import type { TranscribeOptions } from './schema';

const RULES: readonly Rule[] = [
  languageWay,
  knownLanguages,
  languageChoice,
  preference,
  vocabularies,
  languageModel,
  personalData,
  stability,
  channels,
  format,
  callAnalytics,
];

/**
 * Every rule of PROTOCOLS C1 and C3 that options must keep together; each option by itself is the
 * schema's. Empty when the service would take them with such audio.
 */
export function checkTranscribeOptions(
  options: TranscribeOptions,
  audio: AudioFormat = {},
): OptionProblem[] {
  return RULES.flatMap((rule) => rule(options, audio));
}
