/** Names that the stack, the stand-ins and the code share, so that they cannot drift apart. */

/** `CallLog`: one item per fact of a call, `seq` 1, 2, 3 … without holes. */
export const CALL_LOG = { partitionKey: 'callId', sortKey: 'seq', ttl: 'expiresAt' } as const;

/** `Calls`: one item per call for listing, plus one per worker for liveness (`worker#ID`). */
export const CALLS = {
  partitionKey: 'callId',
  ttl: 'expiresAt',
  /** Lists calls of a day: `day` is `YYYY-MM-DD#shard`. */
  dayIndex: { name: 'byDay', partitionKey: 'day', sortKey: 'startedAt' },
  dayShards: 4,
} as const;

export const WORKER_ITEM_PREFIX = 'worker#';
