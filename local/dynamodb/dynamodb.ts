import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { systemClock } from '../../shared/clock';
import type { Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { FaultBoard } from '../faults/fault-board';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../stand-in';
import type { StandIn } from '../stand-in';
import { errorReply, parseBody } from '../system/aws-json';
import type { AwsJsonCall, AwsJsonReply } from '../system/aws-json';
import { startEmulatorThread } from '../system/emulator-thread';
import { createForward, startFront } from '../system/json-front';
import type { Forward } from '../system/json-front';
import { competeFor } from './competing-writer';
import type { DynamoDbFaultKind } from './faults';
import { CALL_LOG_TABLE_NAME, createTables } from './tables';

export { CALLS_TABLE_NAME, CALL_LOG_TABLE_NAME } from './tables';

const DEFAULT_SLOW_MS = 5000;
const AWS_TYPE = 'com.amazonaws.dynamodb.v20120810#';
const ITEM_OPERATIONS =
  /^(GetItem|PutItem|UpdateItem|DeleteItem|Query|Scan|BatchGetItem|BatchWriteItem)$/;

export interface DynamoDbOptions {
  readonly port?: number;
  /** Tables are kept in a folder `dynamodb` below it; absent: in memory. */
  readonly dataDir?: string;
  readonly faults?: FaultBoard;
  readonly clock?: Clock;
  /** Told when the emulator ends by itself. */
  onDeath?(reason: Error): void;
}

export interface DynamoDbStandIn extends StandIn {
  readonly faults: FaultBoard;
  /** One operation past all faults, in the wire's JSON; throws what DynamoDB answers. */
  request(operation: string, input: object): Promise<Record<string, unknown>>;
}

/** DynamoDB with the tables `CallLog` and `Calls`: dynalite in a thread, faults in front of it. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDbStandIn> {
  const { faults = new FaultBoard(), clock = systemClock } = options;
  const path = options.dataDir === undefined ? undefined : join(options.dataDir, 'dynamodb');
  if (path !== undefined) mkdirSync(path, { recursive: true });
  let isReady = false;
  const thread = await startEmulatorThread(
    'local/dynamodb/dynalite-thread.mjs',
    { path, awsAccount: LOCAL_ACCOUNT, region: LOCAL_REGION },
    (reason) => {
      // Before, it is the start that fails.
      if (isReady) options.onDeath?.(reason);
    },
  );
  const { forward, close } = createForward(thread.port);
  const request = createRequest(forward);
  try {
    await createTables(request);
  } catch (cause) {
    await thread.close();
    throw new CallscribeError(
      'unavailable',
      path === undefined
        ? 'the DynamoDB emulator does not start'
        : `${path} cannot be opened: another process uses it, or it is damaged`,
      { cause },
    );
  }
  isReady = true;
  const front = await startFront({
    port: options.port,
    backendPort: thread.port,
    handle: (call) => answer(call, { faults, clock, forward, request }),
  });
  return {
    url: front.url,
    faults,
    request,
    close: async () => {
      await front.close();
      close();
      await thread.close();
    },
  };
}

type Request = DynamoDbStandIn['request'];

interface Desk {
  readonly faults: FaultBoard;
  readonly clock: Clock;
  readonly forward: Forward;
  readonly request: Request;
}

async function answer(call: AwsJsonCall, desk: Desk): Promise<AwsJsonReply | undefined> {
  const { faults, clock, forward } = desk;
  // The common case costs nothing: without armed faults the body is not looked at.
  if (faults.status().length === 0 || !ITEM_OPERATIONS.test(call.operation)) return forward(call);
  const body = parseBody(call.body);
  const target = `${typeof body?.TableName === 'string' ? body.TableName : ''}/${call.operation}`;
  const aimed = `${target}/${callIdOf(body)}`;
  const strike = (kind: DynamoDbFaultKind) =>
    faults.strike(kind, target) ?? faults.strike(kind, aimed);
  const slow = strike('slow');
  if (slow !== undefined) await clock.sleep(Number(slow.settings?.delayMs ?? DEFAULT_SLOW_MS));
  if (strike('down') !== undefined) return undefined;
  if (strike('throttled') !== undefined) {
    const type = `${AWS_TYPE}ProvisionedThroughputExceededException`;
    return errorReply(
      400,
      type,
      'The level of configured provisioned throughput was exceeded',
      '1.0',
    );
  }
  if (strike('error') !== undefined) {
    return errorReply(500, `${AWS_TYPE}InternalServerError`, 'Internal server error', '1.0');
  }
  if (isLogAppend(call, body) && strike('competing-writer')) {
    await competeFor(body.Item, logAccess(desk.request), clock.epochMs());
  }
  const reply = await forward(call);
  return strike('lost-reply') === undefined ? reply : undefined;
}

/** Of the item that is read or written; both tables have the call's id as their partition key. */
function callIdOf(body: Record<string, unknown> | undefined): string {
  const { Item, Key } = (body ?? {}) as Record<string, { callId?: { S?: string } } | undefined>;
  return (Item ?? Key)?.callId?.S ?? '';
}

type LogItem = Parameters<typeof competeFor>[0];

function isLogAppend(
  call: AwsJsonCall,
  body: Record<string, unknown> | undefined,
): body is { Item: LogItem } {
  if (call.operation !== 'PutItem' || body?.TableName !== CALL_LOG_TABLE_NAME) return false;
  // A claim may be a call's second record; a competitor before it would strike an idle call.
  return (body.Item as LogItem | undefined)?.type?.S !== 'claimed';
}

function logAccess(request: Request): Parameters<typeof competeFor>[1] {
  return {
    get: async (Key) => {
      const input = { TableName: CALL_LOG_TABLE_NAME, Key, ConsistentRead: true };
      return (await request('GetItem', input)).Item as LogItem | undefined;
    },
    putNew: async (Item) => {
      const ConditionExpression = 'attribute_not_exists(callId)';
      await request('PutItem', { TableName: CALL_LOG_TABLE_NAME, Item, ConditionExpression });
    },
  };
}

function createRequest(forward: Forward): Request {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    // dynalite wants these parts to be there; it checks no signature.
    authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
    'x-amz-date': '20200101T000000Z',
  };
  return async (operation, input) => {
    const reply = await forward({
      operation,
      headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const body = parseBody(reply.body) ?? {};
    if (reply.status === 200) return body;
    const type = String(body.__type ?? reply.status).replace(/^.*#/, '');
    throw Object.assign(new Error(`${operation}: ${type}`), { name: type });
  };
}
