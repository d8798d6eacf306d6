import { InvalidArgumentError, Option, type Command } from 'commander';

import {
  CALL_TRANSCRIBE_OPTIONS,
  kebabName,
  setOption,
  valueFromText,
} from '../../../shared/transcribe-options/from-text';
import type { OptionKind, TranscribeOption } from '../../../shared/transcribe-options/table';

const PLACEHOLDERS = {
  text: ' <VALUE>',
  number: ' <N>',
  list: ' <A,B>',
  flag: '',
} as const satisfies Record<OptionKind, string>;

const DEFAULT_LANGUAGE = 'en-US';
/** Options by which the language is named, one of which there must be. */
const LANGUAGE_WAYS = ['language', 'identifyLanguage', 'identifyMultipleLanguages'];

/** A flag for every option of Amazon Transcribe, under a heading of their own. */
export function addServiceFlags(command: Command): void {
  command.optionsGroup('Options of Amazon Transcribe (docs/options.md):');
  for (const row of CALL_TRANSCRIBE_OPTIONS) command.addOption(flagOf(row));
}

/**
 * The options object that the flags spell. `values` are commander's, by the names it makes of the
 * flags. What is wrong with a value is left to the options' own rules.
 */
export function serviceOptions(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const row of CALL_TRANSCRIBE_OPTIONS) {
    const value = values[flagOf(row).attributeName()];
    if (value === undefined) continue;
    setOption(options, row, typeof value === 'string' ? valueFromText(row, value) : value);
  }
  const isNamed = LANGUAGE_WAYS.some((way) => options[way] !== undefined);
  return isNamed ? options : { language: DEFAULT_LANGUAGE, ...options };
}

/** Throws commander's complaint unless the text is a whole number. */
export function readNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}

function flagOf(row: TranscribeOption): Option {
  const { description, allowed, kind } = row;
  const values = allowed === undefined || kind === 'flag' ? '' : ` (${allowed.join(', ')})`;
  const name = `--${kebabName(row)}${PLACEHOLDERS[kind]}`;
  // As the other descriptions; an abbreviation stays as it is.
  const sentence = description.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());
  return new Option(name, `${sentence.replace(/\.$/, '')}${values}`);
}
