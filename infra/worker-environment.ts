/**
 * The environment that functions/worker/config.ts parses, as far as the stack decides it. Region
 * and credentials come from Fargate itself. test/infra/environment.test.ts holds both together.
 */
export interface WorkerEnvironment {
  readonly CALLS_QUEUE_URL: string;
  readonly CALLS_DLQ_URL: string;
  readonly CALLS_TABLE: string;
  readonly CALL_LOG_TABLE: string;
  readonly EVENT_BUS_NAME: string;
  readonly METRICS_NAMESPACE: string;
  readonly MAX_CALLS: string;
  readonly SESSION_STARTS_PER_SECOND: string;
  readonly DEFAULT_LANGUAGE: string;
  readonly TRANSCRIBE_OPTIONS: string;
  readonly RETENTION_DAYS: string;
  readonly LOG_LEVEL: string;
}

export interface WorkerTunables {
  readonly callsPerTask: number;
  readonly minTasks: number;
  readonly sessionStartsPerSecond: number;
  readonly language: string;
  readonly transcribeOptions: object;
  readonly retentionDays: number;
  readonly logLevel: string;
}

/** Environment values of a task, from options and the names of what it works with. */
export function workerEnvironment(
  names: Readonly<
    Record<
      'callsQueueUrl' | 'deadLetterQueueUrl' | 'callsTable' | 'callLogTable' | 'busName',
      string
    >
  >,
  namespace: string,
  tunables: WorkerTunables,
): WorkerEnvironment {
  return {
    CALLS_QUEUE_URL: names.callsQueueUrl,
    CALLS_DLQ_URL: names.deadLetterQueueUrl,
    CALLS_TABLE: names.callsTable,
    CALL_LOG_TABLE: names.callLogTable,
    EVENT_BUS_NAME: names.busName,
    METRICS_NAMESPACE: namespace,
    MAX_CALLS: String(tunables.callsPerTask),
    // The quota is the account's: tasks that always run share it. More of them may ask for more
    // than it for a moment, which parks calls and loses nothing.
    SESSION_STARTS_PER_SECOND: String(
      Math.max(1, Math.floor(tunables.sessionStartsPerSecond / Math.max(1, tunables.minTasks))),
    ),
    DEFAULT_LANGUAGE: tunables.language,
    TRANSCRIBE_OPTIONS: JSON.stringify(tunables.transcribeOptions),
    RETENTION_DAYS: String(tunables.retentionDays),
    LOG_LEVEL: tunables.logLevel,
  };
}
