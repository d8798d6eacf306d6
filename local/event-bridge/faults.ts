/**
 * What the EventBridge stand-in can be told to do wrong, by kind. The target of a fault is a bus's
 * name; a PutEvents request counts for the bus of its first entry.
 */
export const EVENT_BRIDGE_FAULTS = {
  'put-fail-entries':
    'Each entry fails with a chance of `share` (0.1), by `errorCode` (ThrottlingException or ' +
    'InternalFailure at random); the request itself succeeds.',
  'put-error': '500 InternalException; nothing is accepted.',
  'put-slow': 'The answer comes after `delayMs` (5000).',
  'put-down': 'The connection is reset; nothing is accepted.',
  'put-lost-reply': 'The entries are accepted, then the connection is reset.',
  'deliver-twice': 'An accepted event is delivered again, under its id, after `afterMs` (0).',
} as const satisfies Record<string, string>;
export type EventBridgeFaultKind = keyof typeof EVENT_BRIDGE_FAULTS;
