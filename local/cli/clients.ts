import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { KinesisVideo } from '@aws-sdk/client-kinesis-video';
import type { SQS } from '@aws-sdk/client-sqs';

import { CallscribeError } from '../../shared/errors';
import { explain } from '../../shared/errors/explain';
import type { Service } from '../../shared/errors/failure';
import { CliError, EXIT } from './cli-error';
import { patientRetries } from './patient-retries';

export type SystemEnvironment = Readonly<Record<string, string | undefined>>;

/** How commands call the services, and the table of failures. */
const SERVICE_IDS: Readonly<Record<string, Service>> = {
  DynamoDB: 'dynamodb',
  'Kinesis Video': 'kinesis-video',
};
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH']);

/**
 * Takes the named variables out of the environment of a system, all of them present. Without
 * them there is no system to talk to: a usage error that says how to get one.
 */
export function requireSystem<Name extends string>(
  env: SystemEnvironment,
  names: readonly Name[],
): Record<Name, string> {
  const missing = names.filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) {
    throw new CliError(
      EXIT.usage,
      `no system found: start \`callscribe local\` in this folder, or set ${missing.join(', ')}`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, env[name] ?? ''])) as Record<Name, string>;
}

// The SDK's packages are loaded only by the commands that use them: `--help` stays quick.
// What is sent to SQS and EventBridge is repeated by those who send it (local/player/persist.ts).

export async function dynamoDbClient(env: SystemEnvironment): Promise<DynamoDB> {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const retryStrategy = await patientRetries();
  return new DynamoDB({ ...clientConfig(env, 'AWS_ENDPOINT_URL_DYNAMODB'), retryStrategy });
}

export async function eventBridgeClient(env: SystemEnvironment): Promise<EventBridge> {
  const { EventBridge } = await import('@aws-sdk/client-eventbridge');
  return new EventBridge(clientConfig(env, 'AWS_ENDPOINT_URL_EVENTBRIDGE'));
}

export async function kinesisVideoClient(env: SystemEnvironment): Promise<KinesisVideo> {
  const { KinesisVideo } = await import('@aws-sdk/client-kinesis-video');
  const retryStrategy = await patientRetries();
  return new KinesisVideo({
    ...clientConfig(env, 'AWS_ENDPOINT_URL_KINESIS_VIDEO'),
    retryStrategy,
  });
}

export async function sqsClient(env: SystemEnvironment): Promise<SQS> {
  const { SQS } = await import('@aws-sdk/client-sqs');
  // The emulator's queue URLs bear a host name that does not resolve.
  const useQueueUrlAsEndpoint = (env.AWS_ENDPOINT_URL_SQS ?? '') === '';
  return new SQS({ ...clientConfig(env, 'AWS_ENDPOINT_URL_SQS'), useQueueUrlAsEndpoint });
}

/** Runs one exchange with a service; what comes out of it names the service and what to do. */
export async function withService<T>(
  service: string,
  env: SystemEnvironment,
  exchange: () => Promise<T>,
): Promise<T> {
  try {
    return await exchange();
  } catch (reason) {
    throw serviceError(service, env, reason);
  }
}

/** A sentence for anything that talking to a service throws; our own errors pass unchanged. */
export function serviceError(service: string, env: SystemEnvironment, reason: unknown): Error {
  if (reason instanceof CliError || reason instanceof CallscribeError) return reason;
  const { name, code } = reason as { name?: string; code?: string };
  if (CONNECTION_ERRORS.has(code ?? '')) {
    const isLocal = Object.keys(env).some((key) => key.startsWith('AWS_ENDPOINT_URL'));
    const advice = isLocal ? 'is `callscribe local` still running?' : 'is the network up?';
    return new CliError(EXIT.usage, `${service} does not answer (${code}); ${advice}`, {
      cause: reason,
    });
  }
  if (name === 'ResourceNotFoundException') {
    return new CliError(
      EXIT.usage,
      `${service} has no such table, stream or bus; check the names in the environment`,
      { cause: reason },
    );
  }
  const id = SERVICE_IDS[service];
  if (id !== undefined) return explain(reason, id);
  // Names only: the service's own text may quote what was sent.
  return new CliError(EXIT.failed, `${service} refused the request (${name ?? 'unknown error'})`, {
    cause: reason,
  });
}

function clientConfig(env: SystemEnvironment, endpointVariable: string) {
  const accessKeyId = env.AWS_ACCESS_KEY_ID ?? '';
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY ?? '';
  const sessionToken = env.AWS_SESSION_TOKEN;
  const endpoint = env[endpointVariable];
  return {
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
    ...(endpoint ? { endpoint } : {}),
    // Without keys in the environment the SDK looks where it always looks (profiles, roles).
    ...(accessKeyId === '' || secretAccessKey === ''
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
  };
}
