import type { Operation } from './operations';
import { CALL_ANALYTICS_PII_TYPES, PII_TYPES } from './pii-types';
import type { Given, Suffix } from './request-members';
import { languagesOf } from './request-members';

const MAX_NAME_CHARACTERS = 200;

export const isTrue = (given: Given, suffix: Suffix) => given[suffix] === 'true';
export const identifies = (given: Given) =>
  isTrue(given, 'identify-language') || isTrue(given, 'identify-multiple-languages');
export const listOf = (given: Given, suffix: Suffix) =>
  given[suffix]?.split(',').map((each) => each.trim()) ?? [];

type Rule = (given: Given, operation: Operation) => string | false;

/** What PROTOCOLS C1 and C3 say of members together; each gives what is wrong, or false. */
const RULES: readonly Rule[] = [
  (given) => !given['sample-rate'] && 'sample-rate is required',
  (given) => !given['media-encoding'] && 'media-encoding is required',
  (given, operation) =>
    [
      given['language-code'],
      isTrue(given, 'identify-language'),
      isTrue(given, 'identify-multiple-languages'),
    ].filter(Boolean).length !== 1 &&
    (operation === 'StartStreamTranscription'
      ? 'give exactly one of language-code, identify-language and identify-multiple-languages'
      : 'give exactly one of language-code and identify-language'),
  (given) =>
    identifies(given) &&
    listOf(given, 'language-options').length < 2 &&
    'language identification needs language-options with two languages or more',
  (given, operation) =>
    listOf(given, 'language-options').some((code) => !languagesOf(operation).has(code)) &&
    'language-options holds an unknown language',
  (given) =>
    new Set(listOf(given, 'language-options').map((code) => code.split('-')[0])).size !==
      listOf(given, 'language-options').length &&
    'language-options may hold one dialect per language',
  (given) =>
    given['language-options'] !== undefined &&
    !identifies(given) &&
    'language-options needs language identification',
  (given) =>
    identifies(given) &&
    (given['language-model-name'] ?? given['content-redaction-type']) !== undefined &&
    'language identification does not go with a custom language model or redaction',
  (given) =>
    given['preferred-language'] !== undefined &&
    !(
      isTrue(given, 'identify-language') &&
      listOf(given, 'language-options').includes(given['preferred-language'])
    ) &&
    'preferred-language must be one of language-options, with identify-language',
  (given) =>
    isTrue(given, 'enable-channel-identification') !==
      (given['number-of-channels'] !== undefined) &&
    'enable-channel-identification and number-of-channels go together',
  (given) =>
    isTrue(given, 'show-speaker-label') &&
    isTrue(given, 'enable-channel-identification') &&
    'show-speaker-label does not go with enable-channel-identification',
  (given) =>
    given['content-identification-type'] !== undefined &&
    given['content-redaction-type'] !== undefined &&
    'content-identification-type and content-redaction-type exclude each other',
  (given) =>
    given['pii-entity-types'] !== undefined &&
    !(given['content-identification-type'] ?? given['content-redaction-type']) &&
    'pii-entity-types needs content-identification-type or content-redaction-type',
  (given, operation) => {
    const known: readonly string[] =
      operation === 'StartStreamTranscription' ? PII_TYPES : CALL_ANALYTICS_PII_TYPES;
    const strange = listOf(given, 'pii-entity-types').some(
      (type) => type !== 'ALL' && !known.includes(type),
    );
    return strange && `pii-entity-types must be ALL or of ${known.join(', ')}`;
  },
  (given) =>
    (given['vocabulary-names'] ?? given['vocabulary-filter-names']) !== undefined &&
    !identifies(given) &&
    'vocabulary-names and vocabulary-filter-names need language identification',
  (given) =>
    (given['vocabulary-name'] ?? given['vocabulary-filter-name']) !== undefined &&
    identifies(given) &&
    'with language identification give vocabulary-names and vocabulary-filter-names',
  (given) =>
    [...listOf(given, 'vocabulary-names'), ...listOf(given, 'vocabulary-filter-names')].some(
      (name) => name === '' || name.length > MAX_NAME_CHARACTERS,
    ) && `each vocabulary or filter has a name of 1 to ${MAX_NAME_CHARACTERS} characters`,
];

/** What the first broken rule says; undefined when all hold. */
export function brokenRule(given: Given, operation: Operation): string | undefined {
  for (const rule of RULES) {
    const problem = rule(given, operation);
    if (problem) return problem;
  }
  return undefined;
}
