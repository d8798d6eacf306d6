import type { BoardFault, FaultyService } from './call-plan';
import type { ChaosKind } from './kinds';
import { between } from './random';

const row = 'store-and-bus';

/** The call's next requests to a service meet it, `times` in a row. */
function onRequests(
  service: FaultyService,
  kind: string,
  times: number,
  settings?: BoardFault['settings'],
): ChaosKind {
  return {
    row,
    strikes: (draft, name) => draft.strike(name, { service, kind, times, settings }),
  };
}

export const STORE_AND_BUS_KINDS: Readonly<Record<string, ChaosKind>> = {
  'store-throttled': onRequests('dynamodb', 'throttled', 12),
  'store-error': onRequests('dynamodb', 'error', 12),
  'store-slow': onRequests('dynamodb', 'slow', 2, { delayMs: 5_000 }),
  'store-down': onRequests('dynamodb', 'down', 12),
  'store-lost-reply': onRequests('dynamodb', 'lost-reply', 4),
  'competing-writer': onRequests('dynamodb', 'competing-writer', 1),
  'bus-entries-failed': {
    row,
    window: {
      service: 'event-bridge',
      kind: 'put-fail-entries',
      forMs: 120_000,
      settings: { share: 0.1 },
    },
  },
  'bus-error': onRequests('event-bridge', 'put-error', 6),
  'bus-lost-reply': onRequests('event-bridge', 'put-lost-reply', 2),
  'bus-down-60s': { row, window: { service: 'event-bridge', kind: 'put-down', forMs: 60_000 } },
  'bus-down-10min': {
    row,
    isApart: true,
    window: { service: 'event-bridge', kind: 'put-down', forMs: 600_000 },
  },
  'duplicate-delivery': {
    row,
    strikes: (draft, name) => {
      const settings = { afterMs: between(draft.random, 500, 6_000) };
      draft.strike(name, { service: 'sqs', kind: 'duplicate-delivery', settings }, 0);
    },
  },
  'duplicate-message': onRequests('sqs', 'duplicate-message', 1),
  'visibility-lost': onRequests('sqs', 'visibility-lost', 1),
  'delete-lost': onRequests('sqs', 'delete-lost', 1),
};
