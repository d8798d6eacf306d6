import type { ErrorCode } from '../errors';

/** Who reported the failure: a service, or this project itself. */
export const SERVICES = {
  transcribe: {
    title: 'Amazon Transcribe',
    host: 'transcribestreaming.REGION.amazonaws.com',
    endpointVariable: 'AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING',
    actions: [
      'transcribe:StartStreamTranscription',
      'transcribe:StartCallAnalyticsStreamTranscription',
    ],
  },
  'kinesis-video': {
    title: 'Kinesis Video Streams',
    host: 'kinesisvideo.REGION.amazonaws.com',
    endpointVariable: 'AWS_ENDPOINT_URL_KINESIS_VIDEO',
    actions: ['kinesisvideo:GetDataEndpoint', 'kinesisvideo:GetMedia'],
  },
  dynamodb: {
    title: 'DynamoDB',
    host: 'dynamodb.REGION.amazonaws.com',
    endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
    actions: [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'dynamodb:BatchGetItem',
    ],
  },
  'event-bridge': {
    title: 'EventBridge',
    host: 'events.REGION.amazonaws.com',
    endpointVariable: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
    actions: ['events:PutEvents'],
  },
  sqs: {
    title: 'SQS',
    host: 'sqs.REGION.amazonaws.com',
    endpointVariable: 'AWS_ENDPOINT_URL_SQS',
    actions: [
      'sqs:ReceiveMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:SendMessage',
    ],
  },
  callscribe: { title: 'callscribe', host: '', endpointVariable: '', actions: [] },
} as const satisfies Record<string, ServiceFacts>;
export type Service = keyof typeof SERVICES;

interface ServiceFacts {
  readonly title: string;
  /** What the service is called in DNS; a name of the partition `aws`. */
  readonly host: string;
  readonly endpointVariable: string;
  /** What the worker's role has to allow there. */
  readonly actions: readonly string[];
}

/** Every service of AWS that this project talks to. */
export const AWS_SERVICES: readonly Service[] = [
  'transcribe',
  'kinesis-video',
  'dynamodb',
  'event-bridge',
  'sqs',
];

/**
 * One failure that is known. The sentences are fragments without a full stop; `{service}`,
 * `{host}`, `{endpointVariable}` and `{actions}` stand for what they are at the service that
 * reported it. They are all that a message is made of: what a service says may hold data.
 */
export interface Failure {
  /** Unique and stable: anchors of docs/errors.md are made of it. */
  readonly id: string;
  readonly code: ErrorCode;
  readonly services: readonly Service[];
  /**
   * How clients see it, `NAME` or `NAME: text`, with `…` for what differs: for those who search
   * docs/errors.md for what their log says. Each example is matched by the patterns below.
   */
  readonly seenAs?: readonly string[];
  /** Matches the error's name or Node's code; every pattern that is given has to match. */
  readonly name?: RegExp;
  /** Matches the error's text. */
  readonly text?: RegExp;
  /** Matches its name or its text: libraries differ in where they say it. */
  readonly sign?: RegExp;
  /** The HTTP status of the answer, where nothing else is known of it. */
  readonly statuses?: readonly number[];
  /** ERROR_ID of an error inside a GetMedia body (PROTOCOLS A2). */
  readonly errorId?: number;
  /** What happened. */
  readonly what: string;
  /** Its likely cause. */
  readonly cause: string;
  /** What to do. */
  readonly cure: string;
  /** Whether the same may succeed later without anybody doing anything. */
  readonly retryable: boolean;
}
