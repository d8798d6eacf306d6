/**
 * What the SQS stand-in can be told to do wrong. A fault's target is a queue's name, for example
 * `calls`; without one it strikes any queue.
 */
export const SQS_FAULTS = {
  /** 500 InternalFailure; nothing was done. */
  error: 'error',
  /** Answers after `delayMs` (default 5000). */
  slow: 'slow',
  /** The connection is reset; nothing was done. */
  down: 'down',
  /** `afterMs` (default 0) after a message was received it is delivered again to anybody. */
  duplicateDelivery: 'duplicate-delivery',
  /** Renewals of visibility are answered as usual but do the opposite: the message is visible. */
  visibilityLost: 'visibility-lost',
  /** Deletes are answered as usual and do nothing. */
  deleteLost: 'delete-lost',
} as const;
