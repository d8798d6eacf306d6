import type { CallOptions } from '../../shared/call';
import { checkDeployment, readOptionsJson } from '../../shared/deployment-options';
import { DEFAULT_LANGUAGE, LANGUAGE_PATTERN } from '../../shared/transcribe-options/languages';
import {
  oneOf,
  optionalText,
  optionalUrl,
  parseEnv,
  requiredText,
  requiredUrl,
  textOr,
  wholeNumber,
  type Readers,
} from '../../shared/env';
import { LOG_LEVELS, type LogLevel } from '../../shared/logger';

/** A message must be kept invisible at least so often within its visibility timeout. */
const BEATS_PER_VISIBILITY = 3;

const TRANSCRIBE_WRITERS = ['lean', 'sdk'] as const;
export type TranscribeWriterKind = (typeof TRANSCRIBE_WRITERS)[number];

const MEDIA_READERS = ['lean', 'sdk'] as const;
export type MediaReaderKind = (typeof MEDIA_READERS)[number];

/** The worker's whole configuration; every variable is described in docs/configuration.md. */
export interface WorkerConfig extends Record<string, unknown> {
  readonly region: string;
  readonly callsQueueUrl: string;
  readonly deadLetterQueueUrl: string | undefined;
  readonly callsTable: string;
  readonly callLogTable: string;
  readonly eventBusName: string;
  readonly kinesisVideoEndpoint: string | undefined;
  readonly maxCalls: number;
  readonly visibilitySeconds: number;
  readonly heartbeatMs: number;
  readonly chunkMs: number;
  readonly checkpointMs: number;
  readonly silenceDbfs: number;
  /** Of calls that are given none. */
  readonly language: string;
  /** Of every call; those of its request go on top. */
  readonly options: CallOptions;
  readonly holdMs: number;
  readonly idleLimitMs: number;
  readonly maxDurationMs: number;
  readonly sessionLimitMs: number;
  readonly suspendSilenceMs: number;
  readonly catchUpLeadMs: number;
  readonly sessionStartsPerSecond: number;
  readonly retentionDays: number;
  /** How sessions are held: over HTTP/2 of ours, or through the SDK. */
  readonly transcribeWriter: TranscribeWriterKind;
  /** How GetMedia is called: over sockets of ours, or through the SDK. */
  readonly mediaReader: MediaReaderKind;
  /** CloudWatch namespace of the metrics; without one none are written. */
  readonly metricsNamespace: string | undefined;
  readonly logLevel: LogLevel;
}

type CheckedEndpoints = Record<
  'sqsEndpoint' | 'dynamoDbEndpoint' | 'busEndpoint' | 'asrEndpoint',
  string | undefined
>;

/** Throws `bad-configuration` naming every variable that is missing or malformed. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  return parseEnv(env, WORKER_VARIABLES, (config) => [
    ...(config.heartbeatMs * BEATS_PER_VISIBILITY > config.visibilitySeconds * 1000
      ? ['HEARTBEAT_INTERVAL_MS: must be at most a third of VISIBILITY_TIMEOUT_SECONDS']
      : []),
    ...checkDeployment({ ...config, rules: [] }),
  ]);
}

function endpoint(service: string) {
  return { name: `AWS_ENDPOINT_URL_${service}`, read: optionalUrl };
}

export const WORKER_VARIABLES: Readers<WorkerConfig & CheckedEndpoints> = {
  region: { name: 'AWS_REGION', read: requiredText('eu-central-1', /^[a-z]{2,}(-[a-z]+)+-\d+$/) },
  callsQueueUrl: {
    name: 'CALLS_QUEUE_URL',
    read: requiredUrl('https://sqs.eu-central-1.amazonaws.com/123456789012/calls'),
  },
  deadLetterQueueUrl: { name: 'CALLS_DLQ_URL', read: optionalUrl },
  callsTable: { name: 'CALLS_TABLE', read: requiredText('Calls') },
  callLogTable: { name: 'CALL_LOG_TABLE', read: requiredText('CallLog') },
  eventBusName: { name: 'EVENT_BUS_NAME', read: requiredText('callscribe') },
  kinesisVideoEndpoint: endpoint('KINESIS_VIDEO'),
  sqsEndpoint: endpoint('SQS'),
  dynamoDbEndpoint: endpoint('DYNAMODB'),
  busEndpoint: endpoint('EVENTBRIDGE'),
  asrEndpoint: endpoint('TRANSCRIBE_STREAMING'),
  maxCalls: { name: 'MAX_CALLS', read: wholeNumber(200, 1, 10_000) },
  // With the time that it takes to judge a worker dead (intake/liveness.ts) its calls go on
  // elsewhere within 20 s.
  visibilitySeconds: { name: 'VISIBILITY_TIMEOUT_SECONDS', read: wholeNumber(12, 5, 43_200) },
  heartbeatMs: { name: 'HEARTBEAT_INTERVAL_MS', read: wholeNumber(3_000, 100, 60_000) },
  chunkMs: { name: 'CHUNK_MS', read: wholeNumber(200, 20, 1_000) },
  checkpointMs: { name: 'CHECKPOINT_INTERVAL_MS', read: wholeNumber(60_000, 1_000, 600_000) },
  silenceDbfs: { name: 'SILENCE_DBFS', read: wholeNumber(-60, -90, -20) },
  language: {
    name: 'DEFAULT_LANGUAGE',
    read: textOr(DEFAULT_LANGUAGE, LANGUAGE_PATTERN),
  },
  options: { name: 'TRANSCRIBE_OPTIONS', read: readOptionsJson },
  holdMs: { name: 'LEG_HOLD_MS', read: wholeNumber(30_000, 0, 300_000) },
  idleLimitMs: { name: 'IDLE_LIMIT_MS', read: wholeNumber(600_000, 1_000, 86_400_000) },
  maxDurationMs: {
    name: 'MAX_DURATION_MS',
    read: wholeNumber(86_400_000, 10_000, 604_800_000),
  },
  sessionLimitMs: {
    name: 'SESSION_LIMIT_MS',
    read: wholeNumber(4 * 3_600_000, 15_000, 4 * 3_600_000),
  },
  suspendSilenceMs: { name: 'SUSPEND_SILENCE_MS', read: wholeNumber(10_000, 0, 3_600_000) },
  catchUpLeadMs: { name: 'CATCH_UP_LEAD_MS', read: wholeNumber(240_000, 1_000, 86_400_000) },
  sessionStartsPerSecond: {
    name: 'SESSION_STARTS_PER_SECOND',
    read: wholeNumber(20, 1, 10_000),
  },
  retentionDays: { name: 'RETENTION_DAYS', read: wholeNumber(90, 15, 3_650) },
  transcribeWriter: {
    name: 'TRANSCRIBE_WRITER',
    read: oneOf<TranscribeWriterKind>('lean', TRANSCRIBE_WRITERS),
  },
  mediaReader: { name: 'MEDIA_READER', read: oneOf<MediaReaderKind>('lean', MEDIA_READERS) },
  metricsNamespace: {
    name: 'METRICS_NAMESPACE',
    read: optionalText('callscribe/production', /^[\w.\-/#:]{1,255}$/),
  },
  logLevel: { name: 'LOG_LEVEL', read: oneOf<LogLevel>('info', LOG_LEVELS) },
};
