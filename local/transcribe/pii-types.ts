/** Types of `pii-entity-types` that both operations know (PROTOCOLS C1). */
const BASIC = [
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

const NOT_FOR_CALL_ANALYTICS = [
  'AGE',
  'DATE_TIME',
  'LICENSE_PLATE',
  'PASSPORT_NUMBER',
  'PASSWORD',
  'USERNAME',
  'VEHICLE_IDENTIFICATION_NUMBER',
] as const;

export const PII_TYPES = [...BASIC, ...NOT_FOR_CALL_ANALYTICS] as const;
export type PiiType = (typeof PII_TYPES)[number];

export const CALL_ANALYTICS_PII_TYPES: readonly PiiType[] = BASIC;
