import type { AudioFormat } from '../../../shared/transcribe-options/rules/rule';

export const SECRET = 'zq+15550100';
export const CHOICE = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
export const EN = { language: 'en-GB' };
export const POST_CALL = {
  outputLocation: 's3://bucket/calls/',
  dataAccessRoleArn: 'arn:aws:iam::111122223333:role/PostCall',
};

/** What is wrong with the options, where that shows, and the words that say it. */
export type Case = [string, unknown, string, string, AudioFormat?];

/** A row that is shorter than the test's parameters would be handed a callback. */
export function withAudio([what, options, option, rule, audio]: Case) {
  return [what, options, option, rule, audio] as const;
}
