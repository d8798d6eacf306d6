/**
 * What the DynamoDB stand-in can be told to do wrong, by kind. A fault's target is
 * `TABLE/OPERATION`, for example `CallLog/PutItem`; without one it strikes any read or write of
 * items.
 */
export const DYNAMODB_FAULTS = {
  throttled: '400 ProvisionedThroughputExceededException; nothing is done.',
  error: '500 InternalServerError; nothing is done.',
  slow: 'The answer comes after `delayMs` (5000).',
  down: 'The connection is reset; nothing is done.',
  'lost-reply': 'The request is carried out, then the connection is reset.',
  'competing-writer':
    "Before a log record is put, another writer's `claimed` record takes its place.",
} as const satisfies Record<string, string>;
export type DynamoDbFaultKind = keyof typeof DYNAMODB_FAULTS;
