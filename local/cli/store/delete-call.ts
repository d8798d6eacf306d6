import type { AttributeValue, DynamoDB, WriteRequest } from '@aws-sdk/client-dynamodb';

import { systemClock } from '../../../shared/clock';
import { CALL_LOG, CALLS } from '../../../shared/tables';

/** BatchWriteItem takes no more (PROTOCOLS E). */
const BATCH_ITEMS = 25;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 5000;

export interface DeleteTables {
  readonly callLog: string;
  readonly calls: string;
}

/**
 * Removes everything of a call from both tables; returns how many log records there were. Safe to
 * run again after an interruption: the log goes from its beginning and its last record, which says
 * that the call is over, last, so that a worker that looks in between never takes the call for an
 * unfinished one; the item that lists the call goes after the log.
 */
export async function deleteCall(
  db: Pick<DynamoDB, 'query' | 'batchWriteItem' | 'deleteItem'>,
  tables: DeleteTables,
  callId: string,
  sleep: (ms: number) => Promise<void> = (ms) => systemClock.sleep(ms),
): Promise<number> {
  let deleted = 0;
  let lastKey: Record<string, AttributeValue> | undefined;
  let startKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await db.query({
      TableName: tables.callLog,
      ConsistentRead: true,
      ProjectionExpression: '#callId, #seq',
      KeyConditionExpression: '#callId = :callId',
      ExpressionAttributeNames: { '#callId': CALL_LOG.partitionKey, '#seq': CALL_LOG.sortKey },
      ExpressionAttributeValues: { ':callId': { S: callId } },
      ExclusiveStartKey: startKey,
    });
    // A batch has no order of its own, so the last record of all is held back.
    const keys: Record<string, AttributeValue>[] = [
      ...(lastKey === undefined ? [] : [lastKey]),
      ...(page.Items ?? []),
    ];
    lastKey = keys.pop();
    for (let from = 0; from < keys.length; from += BATCH_ITEMS) {
      await deleteBatch(db, tables.callLog, keys.slice(from, from + BATCH_ITEMS), sleep);
    }
    deleted += keys.length;
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined);
  if (lastKey !== undefined) {
    await db.deleteItem({ TableName: tables.callLog, Key: lastKey });
    deleted += 1;
  }
  await db.deleteItem({ TableName: tables.calls, Key: { [CALLS.partitionKey]: { S: callId } } });
  return deleted;
}

async function deleteBatch(
  db: Pick<DynamoDB, 'batchWriteItem'>,
  table: string,
  keys: readonly Record<string, AttributeValue>[],
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  let requests: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let pauseMs = FIRST_PAUSE_MS; requests.length > 0;) {
    const answer = await db.batchWriteItem({ RequestItems: { [table]: requests } });
    requests = answer.UnprocessedItems?.[table] ?? [];
    if (requests.length === 0) return;
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
