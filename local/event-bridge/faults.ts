/**
 * What the EventBridge stand-in can be told to do wrong. The `put-` kinds strike a PutEvents
 * request, before anything else is looked at; their target is the bus of its first entry.
 */
export const EVENT_BRIDGE_FAULTS = {
  /**
   * Each entry fails with a chance of `share` (default 0.1), half of them by ThrottlingException,
   * half by InternalFailure; `errorCode` chooses one. The request itself succeeds.
   */
  putFailEntries: 'put-fail-entries',
  /** 500 InternalException; nothing is accepted. */
  putError: 'put-error',
  /** Answers after `delayMs` (default 5000). */
  putSlow: 'put-slow',
  /** The connection is reset; nothing is accepted. */
  putDown: 'put-down',
  /** The entries are accepted, then the connection is reset. */
  putLostReply: 'put-lost-reply',
  /** An accepted event is delivered again, under its id, after `afterMs` (default 0). */
  deliverTwice: 'deliver-twice',
} as const;
