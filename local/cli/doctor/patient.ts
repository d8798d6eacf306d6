import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { AWS_SERVICES, SERVICES, type Service } from '../../../shared/errors/failure';

const CONNECT_LIMIT_MS = 3_000;
const ANSWER_LIMIT_MS = 5_000;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface DoctorOptions {
  /** Of a system, as `localEnvironment` gives it. */
  readonly env: Environment;
  /** A session of Transcribe that costs money may be held. */
  readonly billable?: boolean;
  /** Name or ARN of a Kinesis video stream to try reading on. */
  readonly stream?: string;
  /** No check takes longer than this, whatever does not answer; default 8 s. */
  readonly limitMs?: number;
  /** Wall clock of this machine. */
  readonly nowMs?: () => number;
}

/** What every check needs to reach a service the way the worker does. */
export interface Patient extends Required<Pick<DoctorOptions, 'env' | 'billable' | 'nowMs'>> {
  readonly stream: string | undefined;
  /** Whether a local system is looked at. */
  readonly isLocal: boolean;
  /** Where the SDK looks by itself too: environment, then profile. Rejects when it is nowhere. */
  region(): Promise<string>;
  credentials(): Promise<Credentials>;
  /** Settings for an SDK client of the service. */
  settings(service: Service): ReturnType<typeof settingsOf>;
  /** Scheme, host and port of the service. */
  endpoint(service: Service): Promise<string>;
}

export function patientOf(options: DoctorOptions): Patient {
  const { env } = options;
  // Any client has the SDK's own ways to find region and credentials.
  const finder = new DynamoDBClient(settingsOf(env, 'dynamodb'));
  return {
    env,
    billable: options.billable ?? false,
    stream: options.stream,
    nowMs: options.nowMs ?? Date.now,
    isLocal: AWS_SERVICES.some((service) => endpointIn(env, service) !== undefined),
    region: () => finder.config.region(),
    credentials: () => finder.config.credentials(),
    settings: (service) => settingsOf(env, service),
    endpoint: async (service) => {
      const given = endpointIn(env, service);
      if (given !== undefined) return given;
      const region = await finder.config.region();
      const suffix = region.startsWith('cn-') ? '.cn' : '';
      return `https://${SERVICES[service].host.replace('REGION', region)}${suffix}`;
    },
  };
}

function endpointIn(env: Environment, service: Service): string | undefined {
  const given = env[SERVICES[service].endpointVariable] ?? env.AWS_ENDPOINT_URL ?? '';
  return given === '' ? undefined : given;
}

function settingsOf(env: Environment, service: Service) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
  const sessionToken = env.AWS_SESSION_TOKEN;
  const endpoint = endpointIn(env, service);
  return {
    // One answer tells more than a patient client's third.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_LIMIT_MS,
      requestTimeout: ANSWER_LIMIT_MS,
      throwOnRequestTimeout: true,
    }),
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    // Without keys in the environment the SDK looks where it always looks (profiles, roles).
    ...(accessKeyId === '' || secretAccessKey === ''
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
  };
}
