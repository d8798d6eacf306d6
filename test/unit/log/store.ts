import { DynamoDBClient, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';

import { jsonCall } from '../../../functions/worker/aws/json-call';
import { BATCH_GET_ITEM, PUT_ITEM } from '../../../functions/worker/aws/operations';
import { CallLog } from '../../../functions/worker/log/call-log';
import {
  CallWriter,
  initialState,
  type CallWriterOptions,
} from '../../../functions/worker/log/call-writer';
import { CallView, type BatchGetItem } from '../../../functions/worker/log/call-view';
import {
  CALL_LOG_TABLE_NAME,
  CALLS_TABLE_NAME,
  startDynamoDb,
} from '../../../local/dynamodb/dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { CallState } from '../../../shared/record';
import { silentLogger } from '../../../shared/logger';
import { systemClock } from '../../../shared/clock';
import { STREAM_ARN } from '../../support/call-records';

export const TTL_SECONDS = 1_000_000;

/** The DynamoDB stand-in, and what works on it. */
export async function startStore() {
  const dynamoDb = await startDynamoDb();
  const client = new DynamoDBClient({
    endpoint: dynamoDb.url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    // The repetitions are ours.
    maxAttempts: 1,
  });
  const policy = { baseMs: 5, maxMs: 20 };
  // As the worker's own client does it.
  const calls = { timeoutMs: 10_000, maxSockets: 8 };
  const putItem = jsonCall<PutItemCommandInput, unknown>(client, PUT_ITEM, calls);
  const batchGetItem: BatchGetItem = jsonCall(client, BATCH_GET_ITEM, calls);
  return {
    ...dynamoDb,
    client,
    log: new CallLog(client, CALL_LOG_TABLE_NAME, TTL_SECONDS, { policy }, putItem),
    view: new CallView(client, CALLS_TABLE_NAME, silentLogger, batchGetItem),
    /** An item of `Calls` as it stands there. */
    item: async (callId: string) =>
      (
        await dynamoDb.request('GetItem', {
          TableName: CALLS_TABLE_NAME,
          Key: { callId: { S: callId } },
          ConsistentRead: true,
        })
      ).Item as Record<string, Record<string, unknown>> | undefined,
    putItem: (item: Record<string, unknown>, table = CALLS_TABLE_NAME) =>
      dynamoDb.request('PutItem', { TableName: table, Item: item }),
    stop: async () => {
      client.destroy();
      await dynamoDb.close();
    },
  };
}

export type Store = Awaited<ReturnType<typeof startStore>>;

/** Gives the tests of a file one store, without faults for each of them. */
export function withStore(use: (store: Store) => void): void {
  let store: Store;
  beforeAll(async () => {
    store = await startStore();
    use(store);
  });
  afterEach(() => store.faults.disarm());
  afterAll(() => store.stop());
}

export function requestFor(callId: string) {
  return {
    schemaVersion: 1 as const,
    callId,
    legs: [{ channel: 'caller' as const, streamArn: STREAM_ARN }],
  };
}

export function stateFor(callId: string, changes: Partial<CallState> = {}): CallState {
  return { ...initialState(requestFor(callId)), ...changes };
}

/** A writer of a call that nobody else writes, unless `options` say so. */
export function writerFor(
  log: CallWriterOptions['log'],
  callId: string,
  options: Partial<CallWriterOptions> = {},
): CallWriter {
  return new CallWriter({
    log,
    callId,
    workerId: 'worker-1',
    clock: systemClock,
    seq: 0,
    state: stateFor(callId),
    expiresAtSeconds: 2_000_000_000,
    ...options,
  });
}
