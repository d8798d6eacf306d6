import { PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

import { EventBus } from '../../../../functions/worker/publish/event-bus';
import { FaultBoard } from '../../../../local/faults/fault-board';
import { startEventBridge } from '../../../../local/event-bridge/event-bridge';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import type { CallEvent } from '../../../../shared/record';
import { CALL_LOG_TABLE_NAME } from '../../../../local/dynamodb/dynamodb';
import { startQueue, type Queue } from '../../intake/queue';
import { startStore, type Store } from '../../log/store';
import { answering } from './answering';
import type { Row } from './row';
import { thrownBy } from './row';

const BUS = 'callscribe';
const EVENT: CallEvent = { source: 'callscribe', detailType: 'Transcript Segment', detail: {} };
const TOO_LONG = 'x'.repeat(420_000);
const A_DAY_SECONDS = 86_400;
const KEY = { callId: { S: 'errors' }, seq: { N: '1' } };
const SETTINGS = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };

export interface Stores {
  readonly store: Store;
  readonly queue: Queue;
}

export async function startStores(): Promise<Stores> {
  const [store, queue] = await Promise.all([startStore(), startQueue()]);
  return { store, queue };
}

export async function stopStores({ store, queue }: Stores): Promise<void> {
  await Promise.all([store.stop(), queue.stop()]);
}

/** One row for each failure of table, bus and queue; the stand-ins run when a row is provoked. */
export function storeRows(stores: () => Stores): Row[] {
  const dynamodb = (
    failure: string,
    name: Row['name'],
    work: (store: Store) => Promise<unknown>,
  ) => ({
    failure,
    service: 'dynamodb' as const,
    name,
    provoke: () => work(stores().store),
  });
  const sqs = (failure: string, name: Row['name'], work: (queue: Queue) => Promise<unknown>) => ({
    failure,
    service: 'sqs' as const,
    name,
    provoke: () => work(stores().queue),
  });
  return [
    dynamodb('dynamodb-no-table', 'ResourceNotFoundException', (store) =>
      putItem(store, { TableName: 'NoSuchTable' }),
    ),
    dynamodb('dynamodb-item-too-big', 'ValidationException', (store) =>
      putItem(store, { Item: { ...KEY, record: { S: TOO_LONG } } }),
    ),
    dynamodb('dynamodb-refused', 'ValidationException', (store) =>
      putItem(store, { Item: { other: { S: 'key' } } }),
    ),
    dynamodb('dynamodb-throttled', 'ProvisionedThroughputExceededException', (store) => {
      store.faults.arm({ kind: 'throttled' });
      return putItem(store, {});
    }),
    dynamodb('service-failed', 'InternalServerError', (store) => {
      store.faults.arm({ kind: 'error' });
      return putItem(store, {});
    }),
    dynamodb('connection-lost', /^(ECONNRESET|Error)$/, (store) => {
      store.faults.arm({ kind: 'down' });
      return putItem(store, {});
    }),
    sqs('sqs-no-queue', 'QueueDoesNotExist', ({ client, callsQueueUrl }) =>
      thrownBy(client.send(new ReceiveMessageCommand({ QueueUrl: `${callsQueueUrl}-gone` }))),
    ),
    sqs('sqs-lease-lost', /^(ReceiptHandleIsInvalid|MessageNotInflight)$/, (queue) =>
      visibilityOf(queue, 'none', 30),
    ),
    sqs('sqs-refused', /InvalidParameterValue/, async (queue) => {
      await queue.send('a call');
      const [message] = await queue.receive();
      return visibilityOf(queue, message?.receiptHandle, A_DAY_SECONDS);
    }),
    sqs('sqs-over-limit', 'OverLimit', ({ callsQueueUrl: QueueUrl }) =>
      answering({ status: 400, type: 'OverLimit' }, (endpoint) =>
        thrownBy(
          new SQSClient({ ...SETTINGS, endpoint, useQueueUrlAsEndpoint: false }).send(
            new ReceiveMessageCommand({ QueueUrl }),
          ),
        ),
      ),
    ),
    ...busRows(),
  ];
}

function busRows(): Row[] {
  const events = (failure: string, name: string, provoke: Row['provoke']): Row => ({
    failure,
    service: 'event-bridge',
    name,
    provoke,
  });
  const failing = (errorCode: string) => () =>
    onBus((bus, faults) => {
      faults.arm({ kind: 'put-fail-entries', settings: { share: 1, errorCode } });
      return thrownBy(bus.put(EVENT));
    });
  return [
    events('events-no-bus', 'ResourceNotFoundException', () =>
      onBus((bus) => thrownBy(bus.put(EVENT)), 'no-such-bus'),
    ),
    events('events-refused-entry', 'MalformedDetail', failing('MalformedDetail')),
    events('throttled', 'ThrottlingException', failing('ThrottlingException')),
    events('service-failed', 'InternalFailure', failing('InternalFailure')),
    events('events-no-answer', 'NoAnswer', () =>
      answering({ status: 200, body: '{"Entries":[]}' }, (endpoint) =>
        thrownBy(new EventBus(new EventBridgeClient({ ...SETTINGS, endpoint }), BUS).put(EVENT)),
      ),
    ),
  ];
}

/** The worker's own client of the bus, against the stand-in. */
async function onBus<T>(
  work: (bus: EventBus, faults: FaultBoard) => Promise<T>,
  busName = BUS,
): Promise<T> {
  const faults = new FaultBoard();
  const standIn = await startEventBridge({ buses: [BUS], faults });
  try {
    const client = new EventBridgeClient({ ...SETTINGS, endpoint: standIn.url });
    return await work(new EventBus(client, busName), faults);
  } finally {
    await standIn.close();
  }
}

function putItem({ client }: Store, input: Partial<PutItemCommandInput>): Promise<unknown> {
  return thrownBy(
    client.send(new PutItemCommand({ TableName: CALL_LOG_TABLE_NAME, Item: KEY, ...input })),
  );
}

function visibilityOf(
  { client, callsQueueUrl: QueueUrl }: Queue,
  ReceiptHandle: string | undefined,
  VisibilityTimeout: number,
): Promise<unknown> {
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl,
    ReceiptHandle,
    VisibilityTimeout,
  });
  return thrownBy(client.send(command));
}
