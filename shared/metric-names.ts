/** What a worker measures, once a minute; the stack's alarms and dashboard read the same names. */
export const METRICS = {
  /** Calls that the worker has taken and not let go of; the minute's highest. */
  activeCalls: { name: 'ActiveCalls', unit: 'Count' },
  /** Calls that it may have at most: what it has, while it can take no more. */
  callCapacity: { name: 'CallCapacity', unit: 'Count' },
  completedCalls: { name: 'CompletedCalls', unit: 'Count' },
  failedCalls: { name: 'FailedCalls', unit: 'Count' },
  /** How far the furthest reader was behind the live edge of its stream. */
  behindLiveMs: { name: 'BehindLive', unit: 'Milliseconds' },
  /** Audio that was recorded as a gap. */
  gapSeconds: { name: 'GapSeconds', unit: 'Seconds' },
  /** Records in logs that wait for the event bus, over all calls; the minute's highest. */
  publishBacklog: { name: 'PublishBacklog', unit: 'Count' },
  /** 99th percentile of how late the event loop was in the minute. */
  eventLoopLagMs: { name: 'EventLoopLag', unit: 'Milliseconds' },
  /**
   * 99th percentile of how long chunks waited in the worker, from when their last byte was there
   * until they were sent; those that had to wait for a session are left out.
   */
  latenessMs: { name: 'ChunkLateness', unit: 'Milliseconds' },
  /** Transcribe sessions open at once; the minute's highest. */
  activeSessions: { name: 'ActiveSessions', unit: 'Count' },
  startedSessions: { name: 'StartedSessions', unit: 'Count' },
  /** Sessions that Transcribe refused because of the account's quota. */
  refusedSessions: { name: 'RefusedSessions', unit: 'Count' },
} as const satisfies Record<string, { readonly name: string; readonly unit: string }>;

export type MetricKey = keyof typeof METRICS;

/** The one dimension of every metric, beside the namespace that tells stages apart. */
export const METRIC_DIMENSION = { name: 'service', value: 'worker' } as const;
