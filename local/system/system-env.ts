import { CALLS_TABLE_NAME, CALL_LOG_TABLE_NAME } from '../dynamodb/tables';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../stand-in';

export const EVENT_BUS_NAME = 'callscribe';

/** Worker tunables that suit one machine: a lost worker is noticed within seconds. */
const LOCAL_TUNABLES = {
  HEARTBEAT_INTERVAL_MS: '1000',
  // This service hears as fast as it is fed: no frame grows old while a call is played at speed.
  CATCH_UP_LEAD_MS: '3600000',
};

export interface SystemAddresses {
  readonly sqs: {
    readonly url: string;
    readonly callsQueueUrl: string;
    readonly callsDlqUrl: string;
  };
  readonly dynamoDb: { readonly url: string };
  readonly eventBridge: { readonly url: string };
  readonly kinesisVideo: { readonly url: string };
  /** Absent: the real Amazon Transcribe, with the user's own credentials and region. */
  readonly transcribe?: { readonly url: string };
  /** PEM file of the authority to trust, when Transcribe is served over TLS. */
  readonly authorityFile?: string;
  readonly control: { readonly url: string };
}

/**
 * Everything that a client or another worker needs. No value holds a space or a character that
 * means something to a shell, but perhaps the authority's path. With the real
 * Transcribe no credentials are among it: those of the environment are used for all services.
 */
export function systemEnv(
  addresses: SystemAddresses,
  surrounding: Readonly<Record<string, string | undefined>>,
  visibilityTimeoutSeconds?: number,
): Record<string, string> {
  const { sqs, dynamoDb, eventBridge, kinesisVideo, transcribe, authorityFile, control } =
    addresses;
  return {
    ...(transcribe === undefined
      ? { AWS_REGION: surrounding.AWS_REGION ?? LOCAL_REGION }
      : {
          AWS_REGION: LOCAL_REGION,
          AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
          AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: transcribe.url,
        }),
    // Node reads the one when it starts; the AWS clients of other languages read the other.
    ...(authorityFile !== undefined && {
      NODE_EXTRA_CA_CERTS: authorityFile,
      AWS_CA_BUNDLE: authorityFile,
    }),
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
    AWS_ENDPOINT_URL_KINESIS_VIDEO: kinesisVideo.url,
    CALLS_QUEUE_URL: sqs.callsQueueUrl,
    CALLS_DLQ_URL: sqs.callsDlqUrl,
    CALLS_TABLE: CALLS_TABLE_NAME,
    CALL_LOG_TABLE: CALL_LOG_TABLE_NAME,
    EVENT_BUS_NAME,
    CALLSCRIBE_CONTROL_URL: control.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...LOCAL_TUNABLES,
    ...(visibilityTimeoutSeconds === undefined
      ? {}
      : { VISIBILITY_TIMEOUT_SECONDS: String(visibilityTimeoutSeconds) }),
  };
}

/** Would outrank or spoil the credentials that the stand-ins expect. */
const SHADOWING = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL'];

/** The environment of a worker process: the surrounding one, and the system's on top. */
export function workerEnv(
  surrounding: Readonly<Record<string, string | undefined>>,
  system: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(surrounding)) {
    if (value !== undefined) env[name] = value;
  }
  // Without keys of the system's own the user's profile is what the real service needs.
  if ('AWS_ACCESS_KEY_ID' in system) for (const name of SHADOWING) delete env[name];
  return { ...env, ...system };
}
