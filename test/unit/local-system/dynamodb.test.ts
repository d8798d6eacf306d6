import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';

import { startDynamoDb } from '../../../local/dynamodb/dynamodb';
import type { DynamoDbStandIn } from '../../../local/dynamodb/dynamodb';
import { LOCAL_CREDENTIALS } from '../../../local/stand-in';

const put = (client: DynamoDBClient, seq: number) =>
  client.send(
    new PutItemCommand({
      TableName: 'CallLog',
      Item: { callId: { S: 'c' }, seq: { N: String(seq) } },
      ConditionExpression: 'attribute_not_exists(callId)',
    }),
  );

function clientOf(standIn: DynamoDbStandIn): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: standIn.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
}

describe('the DynamoDB stand-in', () => {
  let standIn: DynamoDbStandIn;
  let client: DynamoDBClient;
  beforeEach(async () => {
    standIn = await startDynamoDb();
    client = clientOf(standIn);
  });
  afterEach(async () => {
    client.destroy();
    await standIn.close();
  });

  it('refuses to put a log record twice', async () => {
    await put(client, 1);

    await expect(put(client, 1)).rejects.toThrow(
      expect.objectContaining({ name: 'ConditionalCheckFailedException' }),
    );
  });

  it('lists calls of a day through the index', async () => {
    const Item = { callId: { S: 'c' }, day: { S: '2026-01-01#0' }, startedAt: { S: 'x' } };
    await client.send(new PutItemCommand({ TableName: 'Calls', Item }));

    const found = await client.send(
      new QueryCommand({
        TableName: 'Calls',
        IndexName: 'byDay',
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': { S: '2026-01-01#0' } },
      }),
    );

    expect(found.Items).toEqual([Item]);
  });

  it.each([
    ['throttled', 'ProvisionedThroughputExceededException'],
    ['error', 'InternalServerError'],
    ['down', 'Error'],
  ])('commits the fault %s once for its target', async (kind, name) => {
    standIn.faults.arm({ kind, target: 'CallLog/PutItem' });

    const first = await put(client, 1).catch((reason: Error) => reason.name);
    await put(client, 1);

    expect(first).toBe(name);
    expect(standIn.faults.struck(kind)).toBe(1);
  });

  it('carries out a request whose reply is lost', async () => {
    standIn.faults.arm({ kind: 'lost-reply' });

    await expect(put(client, 1)).rejects.toThrow();

    await expect(put(client, 1)).rejects.toThrow(
      expect.objectContaining({ name: 'ConditionalCheckFailedException' }),
    );
  });
});

it('keeps its tables in the data folder', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  const first = await startDynamoDb({ dataDir });
  await put(clientOf(first), 1);
  await first.close();

  const second = await startDynamoDb({ dataDir });

  const key = { callId: { S: 'c' }, seq: { N: '1' } };
  const found = await clientOf(second).send(new GetItemCommand({ TableName: 'CallLog', Key: key }));
  await second.close();
  expect(found.Item).toEqual(key);
});

it('says so when another process uses the data folder', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  const first = await startDynamoDb({ dataDir });

  await expect(startDynamoDb({ dataDir })).rejects.toThrow('cannot be opened');

  await first.close();
});
