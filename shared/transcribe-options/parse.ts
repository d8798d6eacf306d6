import type { z } from 'zod';

import { CallscribeError } from '../errors';
import { checkTranscribeOptions } from './check';
import type { AudioFormat } from './rules/rule';
import { transcribeOptionsSchema, type TranscribeOptions } from './schema';

/** A message must be read by people: more problems than this are counted only. */
const MAX_PROBLEMS = 5;

/**
 * Options as they came from outside, checked one by one and together. Throws `bad-request` that
 * names for each problem the option, its rule and a valid example, and no value that was given.
 */
export function parseTranscribeOptions(value: unknown, audio?: AudioFormat): TranscribeOptions {
  const parsed = transcribeOptionsSchema.safeParse(value);
  if (!parsed.success) throw badOptions(parsed.error.issues.map(sentenceOf));
  requireValidOptions(parsed.data, audio);
  return parsed.data;
}

/** Throws as parseTranscribeOptions does, for options that are right one by one. */
export function requireValidOptions(options: TranscribeOptions, audio?: AudioFormat): void {
  const problems = checkTranscribeOptions(options, audio);
  if (problems.length > 0) throw badOptions(problems.map(({ message }) => message));
}

/** `path` of a schema's issue and what is wrong there. */
export function sentenceOf({ path, message }: z.core.$ZodIssue): string {
  // Places in a list say nothing: the rule is that of every member.
  const names = path.filter((part) => typeof part === 'string');
  return names.length === 0 ? message : `${names.join('.')} ${message}`;
}

export function badOptions(sentences: readonly string[]): CallscribeError {
  const different = [...new Set(sentences)];
  const rest = different.length - MAX_PROBLEMS;
  const more = rest > 0 ? `; and ${rest} more` : '';
  const text = different.slice(0, MAX_PROBLEMS).join('; ');
  return new CallscribeError('bad-request', `options: ${text}${more}`);
}
