import type { IncomingHttpHeaders } from 'node:http2';

import { LANGUAGE_CODES } from './language-codes';
import { badRequest } from './service-exception';

/** Members of StartStreamTranscription travel as headers with this prefix (PROTOCOLS C1). */
export const HEADER_PREFIX = 'x-amzn-transcribe-';

const NAME = /^[0-9a-zA-Z._-]{1,200}$/;
const NAMES = /^[0-9a-zA-Z._,-]{1,3000}$/;
const LANGUAGES = /^[a-zA-Z-]{2,6}(,[a-zA-Z-]{2,6})*$/;
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const PII_TYPES = /^[A-Z_, ]{1,300}$/;

type MemberRule =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: ReadonlySet<string> }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

const oneOf = (...values: string[]): MemberRule => ({ kind: 'enum', values: new Set(values) });
const integer = (min: number, max: number): MemberRule => ({ kind: 'integer', min, max });
const matching = (pattern: RegExp): MemberRule => ({ kind: 'pattern', pattern });
const boolean: MemberRule = { kind: 'boolean' };

/** Every member by its header suffix; rules between members stand in RULES. */
const MEMBERS = {
  'sample-rate': integer(8000, 48_000),
  'media-encoding': oneOf('pcm', 'ogg-opus', 'flac', 'g711-alaw', 'g711-ulaw', 'g729'),
  'language-code': { kind: 'enum', values: LANGUAGE_CODES },
  'identify-language': boolean,
  'identify-multiple-languages': boolean,
  'language-options': matching(LANGUAGES),
  'preferred-language': { kind: 'enum', values: LANGUAGE_CODES },
  'session-id': matching(UUID),
  'session-resume-window': integer(1, 300),
  'transcript-format': oneOf('written', 'spoken'),
  'enable-channel-identification': boolean,
  'number-of-channels': integer(2, 2),
  'show-speaker-label': boolean,
  'enable-partial-results-stabilization': boolean,
  'partial-results-stability': oneOf('high', 'medium', 'low'),
  'content-identification-type': oneOf('PII'),
  'content-redaction-type': oneOf('PII'),
  'pii-entity-types': matching(PII_TYPES),
  'vocabulary-name': matching(NAME),
  'vocabulary-names': matching(NAMES),
  'vocabulary-filter-name': matching(NAME),
  'vocabulary-filter-names': matching(NAMES),
  'vocabulary-filter-method': oneOf('mask', 'remove', 'tag'),
  'language-model-name': matching(NAME),
} as const satisfies Record<string, MemberRule>;

type Suffix = keyof typeof MEMBERS;
type Given = Partial<Record<Suffix, string>>;

const isTrue = (given: Given, suffix: Suffix) => given[suffix] === 'true';
const identifies = (given: Given) =>
  isTrue(given, 'identify-language') || isTrue(given, 'identify-multiple-languages');
const languageOptions = (given: Given) => given['language-options']?.split(',') ?? [];

/** Each returns what is wrong, or false. */
const RULES: readonly ((given: Given) => string | false)[] = [
  (given) => !given['sample-rate'] && 'sample-rate is required',
  (given) => !given['media-encoding'] && 'media-encoding is required',
  (given) =>
    [
      given['language-code'],
      isTrue(given, 'identify-language'),
      isTrue(given, 'identify-multiple-languages'),
    ].filter(Boolean).length !== 1 &&
    'give exactly one of language-code, identify-language and identify-multiple-languages',
  (given) =>
    identifies(given) &&
    languageOptions(given).length < 2 &&
    'language identification needs language-options with two languages or more',
  (given) =>
    new Set(languageOptions(given).map((code) => code.split('-')[0])).size !==
      languageOptions(given).length && 'language-options may hold one dialect per language',
  (given) =>
    languageOptions(given).some((code) => !LANGUAGE_CODES.has(code)) &&
    'language-options holds an unknown language',
  (given) =>
    isTrue(given, 'identify-language') &&
    (given['language-model-name'] ?? given['content-redaction-type']) !== undefined &&
    'identify-language does not go with a custom language model or redaction',
  (given) =>
    given['preferred-language'] !== undefined &&
    !(
      isTrue(given, 'identify-language') &&
      languageOptions(given).includes(given['preferred-language'])
    ) &&
    'preferred-language must be one of language-options, with identify-language',
  (given) =>
    isTrue(given, 'enable-channel-identification') !==
      (given['number-of-channels'] !== undefined) &&
    'enable-channel-identification and number-of-channels go together',
  (given) =>
    given['content-identification-type'] !== undefined &&
    given['content-redaction-type'] !== undefined &&
    'content-identification-type and content-redaction-type exclude each other',
  (given) =>
    given['pii-entity-types'] !== undefined &&
    !(given['content-identification-type'] ?? given['content-redaction-type']) &&
    'pii-entity-types needs content-identification-type or content-redaction-type',
  (given) =>
    (given['vocabulary-names'] ?? given['vocabulary-filter-names']) !== undefined &&
    !identifies(given) &&
    'vocabulary-names and vocabulary-filter-names need language identification',
];

/** What one session needs to know of its request. */
export interface SessionSettings {
  /** As the client gave it; absent when the service has to choose one. */
  readonly sessionId?: string;
  readonly sampleRateHz: number;
  /** `[undefined]` for one channel without a name. */
  readonly channelIds: readonly (string | undefined)[];
  readonly languageCode: string;
  /** The language was left to the service: results say which and how sure it is. */
  readonly languageIdentified: boolean;
  /** Words at the end of a partial that may still change; absent without stabilization. */
  readonly unstableWords?: number;
  /** Every given member, to be sent back with the response. */
  readonly echo: Readonly<Record<string, string>>;
}

const UNSTABLE_WORDS: Readonly<Record<string, number>> = { high: 1, medium: 2, low: 4 };

/** Throws BadRequestException naming the first header that breaks a rule. */
export function parseRequestHeaders(headers: IncomingHttpHeaders): SessionSettings {
  const given: Given = {};
  const echo: Record<string, string> = {};
  for (const suffix of Object.keys(MEMBERS) as Suffix[]) {
    const value = headers[HEADER_PREFIX + suffix];
    if (typeof value !== 'string') continue;
    const expected = brokenBy(value, MEMBERS[suffix]);
    if (expected) throw badRequest(`${HEADER_PREFIX}${suffix} must be ${expected}`);
    given[suffix] = value;
    echo[HEADER_PREFIX + suffix] = value;
  }
  for (const rule of RULES) {
    const problem = rule(given);
    if (problem) throw badRequest(problem);
  }
  if (given['media-encoding'] !== 'pcm') {
    throw badRequest(`media-encoding ${given['media-encoding']} is not supported here; send pcm`);
  }
  return {
    sessionId: given['session-id'],
    sampleRateHz: Number(given['sample-rate']),
    channelIds: given['number-of-channels'] ? ['ch_0', 'ch_1'] : [undefined],
    languageCode: languageOf(given),
    languageIdentified: identifies(given),
    unstableWords: isTrue(given, 'enable-partial-results-stabilization')
      ? UNSTABLE_WORDS[given['partial-results-stability'] ?? 'high']
      : undefined,
    echo,
  };
}

/** The stand-in's recognisers cannot tell languages apart: it hears the preferred or first one. */
function languageOf(given: Given): string {
  const [firstOption = ''] = languageOptions(given);
  return given['language-code'] ?? given['preferred-language'] ?? firstOption;
}

/** What was expected, or undefined when the value is good. */
function brokenBy(value: string, rule: MemberRule): string | undefined {
  switch (rule.kind) {
    case 'integer': {
      const fits = /^\d{1,9}$/.test(value) && +value >= rule.min && +value <= rule.max;
      return fits ? undefined : `an integer from ${rule.min} to ${rule.max}`;
    }
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'true or false';
    case 'enum':
      return rule.values.has(value) ? undefined : `one of ${[...rule.values].join(', ')}`;
    case 'pattern':
      return rule.pattern.test(value) ? undefined : `of the form ${rule.pattern.source}`;
  }
}
