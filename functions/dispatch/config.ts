import type { CallOptions } from '../../shared/call';
import { checkDeployment, DEPLOYMENT_VARIABLES } from '../../shared/deployment-options';
import type { OptionRule } from '../../shared/deployment-options';
import { oneOf, optionalUrl, parseEnv, requiredText, requiredUrl } from '../../shared/env';
import { LOG_LEVELS } from '../../shared/logger';
import type { LogLevel } from '../../shared/logger';

/** What dispatch reads from its environment; region, credentials and endpoints are the SDK's. */
export interface DispatchConfig extends Record<string, unknown> {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly callsTable: string;
  /** Contact attributes that may be stored with a call, comma-separated; none by default. */
  readonly contactAttributes: readonly string[];
  /** SIP headers that may be stored with a call, comma-separated; none by default. */
  readonly sipHeaders: readonly string[];
  /** The language of calls that are given none; as the workers have it. */
  readonly language: string;
  /** Options of every call, as JSON; those of the first rule that fits go on top. */
  readonly options: CallOptions;
  readonly rules: readonly OptionRule[];
  /** The workers' service, when all of them may sleep: dispatch wakes them. Both or neither. */
  readonly workerCluster: string | undefined;
  readonly workerService: string | undefined;
  readonly logLevel: LogLevel;
}

/** Throws `bad-configuration` naming every variable that is missing or malformed. */
export function readDispatchConfig(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<DispatchConfig> {
  const queueExample = 'https://sqs.eu-central-1.amazonaws.com/123456789012';
  return parseEnv<DispatchConfig & Record<'sqsEndpoint' | 'dynamoDbEndpoint', unknown>>(
    env,
    {
      queueUrl: { name: 'CALLS_QUEUE_URL', read: requiredUrl(`${queueExample}/calls`) },
      deadLetterQueueUrl: { name: 'CALLS_DLQ_URL', read: requiredUrl(`${queueExample}/calls-dlq`) },
      callsTable: { name: 'CALLS_TABLE', read: requiredText('Calls') },
      contactAttributes: { name: 'CONTACT_ATTRIBUTES', read: names },
      sipHeaders: { name: 'SIP_HEADERS', read: names },
      workerCluster: {
        name: 'WORKER_CLUSTER',
        read: (value) => together(value, env.WORKER_SERVICE),
      },
      workerService: {
        name: 'WORKER_SERVICE',
        read: (value) => together(value, env.WORKER_CLUSTER),
      },
      sqsEndpoint: { name: 'AWS_ENDPOINT_URL_SQS', read: optionalUrl },
      dynamoDbEndpoint: { name: 'AWS_ENDPOINT_URL_DYNAMODB', read: optionalUrl },
      ...DEPLOYMENT_VARIABLES,
      logLevel: { name: 'LOG_LEVEL', read: oneOf<LogLevel>('info', LOG_LEVELS) },
    },
    checkDeployment,
  );
}

function together(value: string | undefined, other: string | undefined): string | undefined {
  if (value === undefined && (other ?? '') !== '') throw new Error('missing, the other is set');
  return value;
}

function names(value: string | undefined): readonly string[] {
  const list = (value ?? '').split(',').map((name) => name.trim());
  return list.filter((name) => name !== '');
}
