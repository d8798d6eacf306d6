import { randomUUID } from 'node:crypto';

import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

import { CALL_LOG, CALLS } from '../../../shared/tables';
import { ok, skipped, type Result } from './finding';
import type { Patient } from './patient';

/** Never true for a key that nobody has: the write is tried and refused, and nothing changes. */
const NEVER = `attribute_exists(${CALL_LOG.partitionKey})`;
const REFUSED_AS_MEANT = 'ConditionalCheckFailedException';

/** Reads and writes the log as the worker does, of a call that does not exist. */
export async function checkCallLog(patient: Patient, signal: AbortSignal): Promise<Result> {
  const TableName = patient.env.CALL_LOG_TABLE;
  if (!TableName) return skipped('CALL_LOG_TABLE is not set');
  const id = nobody();
  const { partitionKey, sortKey } = CALL_LOG;
  const Key = { [partitionKey]: id, [sortKey]: { N: '1' } };
  return onTable(patient, async (client) => {
    await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `${partitionKey} = :id AND ${sortKey} > :seq`,
        ExpressionAttributeValues: { ':id': id, ':seq': { N: '0' } },
        ConsistentRead: true,
        Limit: 1,
      }),
      { abortSignal: signal },
    );
    await client.send(new GetItemCommand({ TableName, Key }), { abortSignal: signal });
    await refusedAsMeant(
      client.send(new PutItemCommand({ TableName, Item: Key, ConditionExpression: NEVER }), {
        abortSignal: signal,
      }),
    );
    return ok(`${TableName} can be queried, read and written`);
  });
}

export async function checkCalls(patient: Patient, signal: AbortSignal): Promise<Result> {
  const TableName = patient.env.CALLS_TABLE;
  if (!TableName) return skipped('CALLS_TABLE is not set');
  const Key = { [CALLS.partitionKey]: nobody() };
  return onTable(patient, async (client) => {
    await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }), {
      abortSignal: signal,
    });
    await refusedAsMeant(
      client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #status = :status',
          ConditionExpression: NEVER,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': { S: 'completed' } },
        }),
        { abortSignal: signal },
      ),
    );
    return ok(`${TableName} can be read and updated`);
  });
}

async function onTable(
  patient: Patient,
  work: (client: DynamoDBClient) => Promise<Result>,
): Promise<Result> {
  const client = new DynamoDBClient(patient.settings('dynamodb'));
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

async function refusedAsMeant(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (reason) {
    if ((reason as Error).name !== REFUSED_AS_MEANT) throw reason;
  }
}

function nobody(): { S: string } {
  return { S: `doctor:${randomUUID()}` };
}
