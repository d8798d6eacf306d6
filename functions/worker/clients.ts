import {
  DynamoDBClient,
  type PutItemCommandInput,
  type PutItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  type PutEventsCommandInput,
  type PutEventsResponse,
} from '@aws-sdk/client-eventbridge';
import { KinesisVideoClient } from '@aws-sdk/client-kinesis-video';
import { KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { jsonCall, type AwsCall } from './aws/json-call';
import { BATCH_GET_ITEM, EXTEND_BATCH, PUT_EVENTS, PUT_ITEM } from './aws/operations';
import { SharedReadSockets } from './http/shared-read-sockets';
import type { ExtendBatch } from './intake/messages';
import type { RequestSigner } from './kvs/lean-media-reader';
import type { BatchGetItem } from './log/call-view';

/** A request that is not answered in time has failed: the callers repeat it. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** A long poll takes 20 s by itself. */
const POLL_TIMEOUT_MS = 30_000;
const CONTROL_SOCKETS = 64;

export interface Clients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  /** What is called for every record, without the SDK's layers. */
  readonly putItem: AwsCall<PutItemCommandInput, Omit<PutItemCommandOutput, '$metadata'>>;
  readonly putEvents: AwsCall<PutEventsCommandInput, PutEventsResponse>;
  /** And for every call at each heartbeat. */
  readonly batchGetItem: BatchGetItem;
  readonly extendBatch: ExtendBatch;
  readonly kinesisVideo: KinesisVideoClient;
  readonly transcribe: TranscribeStreamingClient;
  media(endpoint: string): KinesisVideoMediaClient;
  /** Signs GetMedia requests that no SDK client sends. */
  mediaSigner(): Promise<RequestSigner>;
}

/**
 * All AWS clients of a worker. Endpoints come from the SDK's own environment variables; without
 * one for SQS it is reached where the queue's URL says, as the SDK does it.
 */
export function createClients(region: string, queueUrl: string): Clients {
  const plain = () => ({ region, requestHandler: handler(REQUEST_TIMEOUT_MS, CONTROL_SOCKETS) });
  const kinesisVideo = new KinesisVideoClient(plain());
  const dynamoDb = new DynamoDBClient(plain());
  const eventBridge = new EventBridgeClient(plain());
  // Emulators bear host names in queue URLs that do not resolve; the endpoint decides.
  const useQueueUrlAsEndpoint = process.env.AWS_ENDPOINT_URL_SQS === undefined;
  const sqs = new SQSClient({
    region,
    useQueueUrlAsEndpoint,
    requestHandler: handler(POLL_TIMEOUT_MS, CONTROL_SOCKETS),
  });
  const calls = {
    timeoutMs: REQUEST_TIMEOUT_MS,
    maxSockets: CONTROL_SOCKETS,
    sockets: new SharedReadSockets(),
  };
  return {
    sqs,
    dynamoDb,
    eventBridge,
    putItem: jsonCall(dynamoDb, PUT_ITEM, calls),
    putEvents: jsonCall(eventBridge, PUT_EVENTS, calls),
    batchGetItem: jsonCall(dynamoDb, BATCH_GET_ITEM, calls),
    extendBatch: jsonCall(sqs, EXTEND_BATCH, {
      ...calls,
      ...(useQueueUrlAsEndpoint ? { origin: new URL(queueUrl).origin } : {}),
    }),
    kinesisVideo,
    // The skew "correction" shifts the dates of signed frames by a slow first event (C6).
    transcribe: new TranscribeStreamingClient({ region, disableClockSkewCorrection: true }),
    media: (endpoint) =>
      new KinesisVideoMediaClient({
        region,
        endpoint,
        // Each live stream holds a socket for hours, and may be silent for as long (PROTOCOLS F).
        requestHandler: handler(0, Infinity),
      }),
    // Both APIs are signed for the service `kinesisvideo`.
    mediaSigner: () => kinesisVideo.config.signer(),
  };
}

function handler(requestTimeoutMs: number, maxSockets: number): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT_MS,
    ...(requestTimeoutMs === 0
      ? {}
      : { requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true }),
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets }),
  });
}
