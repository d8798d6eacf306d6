/**
 * What the SQS stand-in can be told to do wrong, by kind. A fault's target is a queue's name, for
 * example `calls`; without one it strikes any queue.
 */
export const SQS_FAULTS = {
  error: '500 InternalFailure; nothing is done.',
  slow: 'The answer comes after `delayMs` (5000).',
  down: 'The connection is reset; nothing is done.',
  'duplicate-delivery':
    '`afterMs` (0) after a message was received it is visible again, for any receiver.',
  'visibility-lost':
    'Changes of visibility are answered as usual, but the message is visible at once.',
  'delete-lost': 'Deletes are answered as usual and do nothing.',
} as const satisfies Record<string, string>;
export type SqsFaultKind = keyof typeof SQS_FAULTS;
