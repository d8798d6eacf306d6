import type { Failure } from './failure';

const dynamodb = ['dynamodb'] as const;
const eventBridge = ['event-bridge'] as const;
const sqs = ['sqs'] as const;

const DYNAMODB_FAILURES: readonly Failure[] = [
  {
    id: 'dynamodb-no-table',
    seenAs: ['ResourceNotFoundException'],
    code: 'bad-configuration',
    services: dynamodb,
    name: /^ResourceNotFoundException$/,
    what: 'the table does not exist',
    cause: 'a wrong name, region or account, or a table that is still being created',
    cure: 'check `CALL_LOG_TABLE`, `CALLS_TABLE` and `AWS_REGION` against the outputs of the stack',
    retryable: false,
  },
  {
    id: 'dynamodb-item-too-big',
    seenAs: ['ValidationException: Item size has exceeded the maximum allowed size'],
    code: 'unavailable',
    services: dynamodb,
    name: /^(ValidationException|ItemCollectionSizeLimitExceededException)$/,
    text: /size/i,
    what: 'an item is larger than the 400 KB that DynamoDB takes',
    cause: 'a record of unusual length, such as attributes that were never bounded',
    cure: 'report it: records are made to stay far below that size',
    retryable: false,
  },
  {
    id: 'dynamodb-refused',
    seenAs: ['ValidationException'],
    code: 'unavailable',
    services: dynamodb,
    name: /^(ValidationException|ItemCollectionSizeLimitExceededException)$/,
    what: 'the request was refused as malformed',
    cause: 'a table with other keys than callscribe gives it',
    cure: 'let the stack make the tables; `CallLog` has the keys callId and seq, `Calls` callId',
    retryable: false,
  },
  {
    id: 'dynamodb-throttled',
    seenAs: [
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'ThrottlingException',
    ],
    code: 'quota-exceeded',
    services: dynamodb,
    name: /^(ProvisionedThroughputExceededException|RequestLimitExceeded|ThrottlingException)$/,
    what: 'the table is throttled',
    cause: 'more writes than its capacity or the account allow, or one call with too many',
    cure: 'use on-demand capacity as the stack does, or raise the maximum; the call is held and repeated meanwhile',
    retryable: true,
  },
];

const EVENT_BRIDGE_FAILURES: readonly Failure[] = [
  {
    id: 'events-no-bus',
    seenAs: ['ResourceNotFoundException'],
    code: 'bad-configuration',
    services: eventBridge,
    name: /^ResourceNotFoundException$/,
    what: 'the event bus does not exist',
    cause: 'a wrong name, region or account',
    cure: 'check `EVENT_BUS_NAME` against the outputs of the stack; events wait in the log meanwhile',
    retryable: true,
  },
  {
    id: 'events-refused-entry',
    seenAs: ['MalformedDetail', 'NotAuthorizedForSourceException', 'ValidationException'],
    code: 'unavailable',
    services: eventBridge,
    name: /^(ValidationException|ValidationError|InvalidArgument|MalformedDetail|NotAuthorizedForSource(Exception)?)$/,
    what: 'the bus refused an event',
    cause: 'an event above 1 MB, or a policy of the bus that does not admit its source',
    cure: 'check the policy of the bus for the source `callscribe`; the event waits in the log meanwhile',
    retryable: true,
  },
  {
    id: 'events-no-answer',
    code: 'unavailable',
    services: eventBridge,
    name: /^NoAnswer$/,
    what: 'the answer says nothing about an event',
    cause: 'something between here and the service cuts answers short',
    cure: 'nothing: the event is sent again under the same id',
    retryable: true,
  },
];

const SQS_FAILURES: readonly Failure[] = [
  {
    id: 'sqs-no-queue',
    seenAs: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    code: 'bad-configuration',
    services: sqs,
    name: /^(AWS\.SimpleQueueService\.)?(QueueDoesNotExist|NonExistentQueue)$/,
    what: 'the queue does not exist',
    cause: 'a wrong URL, region or account',
    cure: 'check `CALLS_QUEUE_URL` and `CALLS_DLQ_URL` against the outputs of the stack',
    retryable: false,
  },
  {
    id: 'sqs-lease-lost',
    seenAs: ['ReceiptHandleIsInvalid', 'MessageNotInflight'],
    code: 'unavailable',
    services: sqs,
    name: /^(AWS\.SimpleQueueService\.)?(ReceiptHandleIsInvalid|MessageNotInflight)$/,
    what: 'the message is not held by this worker any more',
    cause: 'its visibility ended, or it was deleted; another worker may have the call',
    cure: 'nothing when it is rare; if it repeats, raise `VISIBILITY_TIMEOUT_SECONDS`',
    retryable: false,
  },
  {
    id: 'sqs-refused',
    seenAs: ['InvalidParameterValue', 'AWS.SimpleQueueService.InvalidParameterValue'],
    code: 'unavailable',
    services: sqs,
    name: /^(AWS\.SimpleQueueService\.)?(InvalidParameterValue|InvalidParameterValueException|InvalidAddress)$/,
    what: 'the request was refused as malformed',
    cause: 'a visibility above 12 hours since the message was received, or a URL of no queue',
    cure: 'check `CALLS_QUEUE_URL`; the message comes again by itself',
    retryable: false,
  },
  {
    id: 'sqs-over-limit',
    seenAs: ['OverLimit'],
    code: 'quota-exceeded',
    services: sqs,
    name: /^(AWS\.SimpleQueueService\.)?OverLimit$/,
    what: 'more than 120,000 messages are in flight',
    cause: 'calls that are held and never finished',
    cure: 'find workers that hold calls without working on them; the request is repeated',
    retryable: true,
  },
];

export const STORE_FAILURES: readonly Failure[] = [
  ...DYNAMODB_FAILURES,
  ...EVENT_BRIDGE_FAILURES,
  ...SQS_FAILURES,
];
