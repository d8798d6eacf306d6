/**
 * What the DynamoDB stand-in can be told to do wrong. A fault's target is `TABLE/OPERATION`, for
 * example `CallLog/PutItem`; without one it strikes any read or write of items.
 */
export const DYNAMODB_FAULTS = {
  /** 400 ProvisionedThroughputExceededException. */
  throttled: 'throttled',
  /** 500 InternalServerError; nothing was done. */
  error: 'error',
  /** Answers after `delayMs` (default 5000). */
  slow: 'slow',
  /** The connection is reset; nothing was done. */
  down: 'down',
  /** The request is carried out, then the connection is reset. */
  lostReply: 'lost-reply',
  /** Before a PutItem of a log record, another writer's `claimed` record takes its place. */
  competingWriter: 'competing-writer',
} as const;
