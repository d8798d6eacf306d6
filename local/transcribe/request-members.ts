import { CALL_ANALYTICS_LANGUAGE_CODES, LANGUAGE_CODES } from './language-codes';
import type { Operation } from './operations';

/** The Python SDK writes `True`. */
const BOOLEAN = /^(true|false)$/i;
const NAME = /^[0-9a-zA-Z._-]{1,200}$/;
const NAMES = /^[0-9a-zA-Z._,-]{1,3000}$/;
const LANGUAGES = /^[a-zA-Z-]{2,6}(,[a-zA-Z-]{2,6})*$/;
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const PII_TYPES = /^[A-Z_, ]{1,300}$/;

type MemberRule =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: ReadonlySet<string> }
  | { readonly kind: 'language' }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

const oneOf = (...values: string[]): MemberRule => ({ kind: 'enum', values: new Set(values) });
const integer = (min: number, max: number): MemberRule => ({ kind: 'integer', min, max });
const matching = (pattern: RegExp): MemberRule => ({ kind: 'pattern', pattern });
const boolean: MemberRule = { kind: 'boolean' };
const language: MemberRule = { kind: 'language' };

/** Every member by its header suffix (PROTOCOLS C1); rules between members: request-rules.ts. */
export const MEMBERS = {
  'sample-rate': integer(8000, 48_000),
  'media-encoding': oneOf('pcm', 'ogg-opus', 'flac', 'g711-alaw', 'g711-ulaw', 'g729'),
  'language-code': language,
  'identify-language': boolean,
  'identify-multiple-languages': boolean,
  'language-options': matching(LANGUAGES),
  'preferred-language': language,
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

export type Suffix = keyof typeof MEMBERS;
/** The members that a request holds, each good by itself. */
export type Given = Readonly<Partial<Record<Suffix, string>>>;

export const SUFFIXES = Object.keys(MEMBERS) as readonly Suffix[];

/** PROTOCOLS C3. */
export const NOT_FOR_CALL_ANALYTICS: ReadonlySet<Suffix> = new Set([
  'show-speaker-label',
  'enable-channel-identification',
  'number-of-channels',
  'identify-multiple-languages',
  'session-resume-window',
  'transcript-format',
] as const);

export function languagesOf(operation: Operation): ReadonlySet<string> {
  return operation === 'StartStreamTranscription' ? LANGUAGE_CODES : CALL_ANALYTICS_LANGUAGE_CODES;
}

/** The value as the service echoes it. */
export function normalised(suffix: Suffix, value: string): string {
  return MEMBERS[suffix].kind === 'boolean' ? value.toLowerCase() : value;
}

/** What the member must be, or undefined when the value is good. */
export function brokenBy(suffix: Suffix, value: string, operation: Operation): string | undefined {
  const rule: MemberRule = MEMBERS[suffix];
  switch (rule.kind) {
    case 'integer': {
      const fits = /^\d{1,9}$/.test(value) && +value >= rule.min && +value <= rule.max;
      return fits ? undefined : `an integer from ${rule.min} to ${rule.max}`;
    }
    case 'boolean':
      return BOOLEAN.test(value) ? undefined : 'true or false';
    case 'enum':
      return rule.values.has(value) ? undefined : `one of ${[...rule.values].join(', ')}`;
    case 'language': {
      const codes = languagesOf(operation);
      return codes.has(value) ? undefined : `one of ${[...codes].join(', ')}`;
    }
    case 'pattern':
      return rule.pattern.test(value) ? undefined : `of the form ${rule.pattern.source}`;
  }
}
