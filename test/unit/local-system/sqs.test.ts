import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';

import { startSqs } from '../../../local/sqs/sqs';
import type { SqsStandIn } from '../../../local/sqs/sqs';
import { LOCAL_CREDENTIALS } from '../../../local/stand-in';
import { until } from '../../support/until';

/** Endpoint only, as the environment would set it: queue URLs must lead there too. */
function clientOf(standIn: SqsStandIn): SQSClient {
  return new SQSClient({
    endpoint: async () => {
      const { hostname, port } = new URL(standIn.url);
      return { protocol: 'http:', hostname, port: Number(port), path: '/' };
    },
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
}

async function receive(standIn: SqsStandIn, client: SQSClient, wait = 0): Promise<Message[]> {
  const QueueUrl = standIn.callsQueueUrl;
  const reply = await client.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: wait, MaxNumberOfMessages: 10 }),
  );
  return reply.Messages ?? [];
}

const remove = (standIn: SqsStandIn, client: SQSClient, { ReceiptHandle }: Message) =>
  client.send(new DeleteMessageCommand({ QueueUrl: standIn.callsQueueUrl, ReceiptHandle }));

describe('the SQS stand-in', () => {
  let standIn: SqsStandIn;
  let client: SQSClient;
  const send = (MessageBody: string) =>
    client.send(new SendMessageCommand({ QueueUrl: standIn.callsQueueUrl, MessageBody }));
  beforeEach(async () => {
    standIn = await startSqs();
    client = clientOf(standIn);
  });
  afterEach(async () => {
    client.destroy();
    await standIn.close();
  });

  it('names the queue by an address that clients can reach', async () => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'calls' }));

    expect(QueueUrl).toBe(standIn.callsQueueUrl);
    expect(QueueUrl).toContain(standIn.url);
  });

  it('gives a waiting receiver the next message', async () => {
    const waiting = receive(standIn, client, 5);
    await send('one');

    const messages = await waiting;

    expect(messages.map(({ Body }) => Body)).toEqual(['one']);
    expect(await standIn.depth(standIn.callsQueueUrl)).toEqual({ visible: 0, inFlight: 1 });
  });

  it('takes a message back from a receiver that has gone', async () => {
    const aborted = new AbortController();
    const command = new ReceiveMessageCommand({
      QueueUrl: standIn.callsQueueUrl,
      WaitTimeSeconds: 5,
    });
    const gone = client.send(command, { abortSignal: aborted.signal }).catch(() => undefined);
    await until(() => standIn.waitingReceives() > 0);
    aborted.abort();
    await gone;
    await send('one');

    const messages = await receive(standIn, client, 2);

    expect(messages.map(({ Body }) => Body)).toEqual(['one']);
  });

  it('delivers a message twice under the same id', async () => {
    standIn.faults.arm({ kind: 'duplicate-delivery', target: 'calls' });
    await send('one');

    const [first] = await receive(standIn, client, 1);
    const [second] = await receive(standIn, client, 1);

    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('loses the visibility of a message that its consumer renews', async () => {
    standIn.faults.arm({ kind: 'visibility-lost' });
    await send('one');
    const [message] = await receive(standIn, client, 1);
    const QueueUrl = standIn.callsQueueUrl;
    const { ReceiptHandle } = message ?? {};

    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 30 }),
    );

    expect(await receive(standIn, client)).toHaveLength(1);
  });
});

describe('with a data folder', () => {
  it('keeps what was not deleted, under its first id', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sqs-'));
    const before = await startSqs({ dataDir });
    const firstClient = clientOf(before);
    const Entries = ['a', 'b', 'c'].map((body) => ({ Id: body, MessageBody: body }));
    await firstClient.send(
      new SendMessageBatchCommand({ QueueUrl: before.callsQueueUrl, Entries }),
    );
    const seen = await receive(before, firstClient, 1);
    const done = seen.find(({ Body }) => Body === 'b');
    if (done !== undefined) await remove(before, firstClient, done);
    await before.close();

    const after = await startSqs({ dataDir });
    const again = await receive(after, clientOf(after), 1);
    for (const message of again) await remove(after, clientOf(after), message);
    await after.close();
    const last = await startSqs({ dataDir });
    const left = await last.depth(last.callsQueueUrl);
    await last.close();

    const ids = (messages: Message[]) =>
      Object.fromEntries(messages.map(({ Body, MessageId }) => [Body, MessageId]));
    const { a, c } = ids(seen);
    expect(ids(again)).toEqual({ a, c });
    expect(left).toEqual({ visible: 0, inFlight: 0 });
  });
});
