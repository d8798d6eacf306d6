/** Closed sets of values, as they go over the wire (PROTOCOLS C1, C3). */
export const MEDIA_ENCODINGS = [
  'pcm',
  'ogg-opus',
  'flac',
  'g711-alaw',
  'g711-ulaw',
  'g729',
] as const;
export type MediaEncoding = (typeof MEDIA_ENCODINGS)[number];

export const FILTER_METHODS = ['mask', 'remove', 'tag'] as const;
export const STABILITIES = ['high', 'medium', 'low'] as const;
export const TRANSCRIPT_FORMATS = ['written', 'spoken'] as const;
/** The one kind of content that the service can identify or redact. */
export const CONTENT_TYPES = ['PII'] as const;
export const PARTICIPANT_ROLES = ['CUSTOMER', 'AGENT'] as const;
export const REDACTION_OUTPUTS = ['redacted', 'redacted_and_unredacted'] as const;

/** PII types that both operations take. */
export const CALL_ANALYTICS_PII_TYPES = [
  'ALL',
  'ADDRESS',
  'BANK_ACCOUNT_NUMBER',
  'BANK_ROUTING',
  'CREDIT_DEBIT_CVV',
  'CREDIT_DEBIT_EXPIRY',
  'CREDIT_DEBIT_NUMBER',
  'EMAIL',
  'NAME',
  'PHONE',
  'PIN',
  'SSN',
] as const;

export const PII_TYPES = [
  ...CALL_ANALYTICS_PII_TYPES,
  'AGE',
  'DATE_TIME',
  'LICENSE_PLATE',
  'PASSPORT_NUMBER',
  'PASSWORD',
  'USERNAME',
  'VEHICLE_IDENTIFICATION_NUMBER',
] as const;

export const MIN_SAMPLE_RATE_HZ = 8_000;
export const MAX_SAMPLE_RATE_HZ = 48_000;
export const MAX_RESUME_WINDOW_MINUTES = 300;
/** Longest value of a list of names, and of PII types, in its header. */
export const MAX_NAMES_LENGTH = 3_000;
export const MAX_PII_TYPES_LENGTH = 300;
