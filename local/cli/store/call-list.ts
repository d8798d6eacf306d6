import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';

import { callItemSchema, type CallItem } from '../../../shared/call-item';
import { CALLS } from '../../../shared/tables';

const DAY_MS = 24 * 3600 * 1000;
/** Calls expire together after 15 days by default: no use looking further back. */
const DAYS_BACK = 15;

/** The UTC day of a moment, `YYYY-MM-DD`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** True for a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    dayOf(Date.parse(text)) === text
  );
}

/** The newest calls of a day, at most `limit`, newest first. */
export async function callsOfDay(
  db: Pick<DynamoDB, 'query'>,
  table: string,
  day: string,
  limit: number,
): Promise<CallItem[]> {
  const shards = Array.from({ length: CALLS.dayShards }, (_, shard) => `${day}#${shard}`);
  const found = await Promise.all(shards.map((shard) => callsOfShard(db, table, shard, limit)));
  return found.flat().sort(byStartDescending).slice(0, limit);
}

/** The newest calls, at most `limit`, going back from `nowMs` day by day. */
export async function newestCalls(
  db: Pick<DynamoDB, 'query'>,
  table: string,
  limit: number,
  nowMs: number,
): Promise<CallItem[]> {
  const calls: CallItem[] = [];
  for (let back = 0; back < DAYS_BACK && calls.length < limit; back += 1) {
    const day = dayOf(nowMs - back * DAY_MS);
    calls.push(...(await callsOfDay(db, table, day, limit - calls.length)));
  }
  return calls;
}

/** One call's item; undefined when there is none. */
export async function findCall(
  db: Pick<DynamoDB, 'getItem'>,
  table: string,
  callId: string,
): Promise<CallItem | undefined> {
  const { Item } = await db.getItem({
    TableName: table,
    ConsistentRead: true,
    Key: { [CALLS.partitionKey]: { S: callId } },
  });
  return Item && callItemFrom(Item);
}

async function callsOfShard(
  db: Pick<DynamoDB, 'query'>,
  table: string,
  shard: string,
  limit: number,
): Promise<CallItem[]> {
  const { name, partitionKey } = CALLS.dayIndex;
  const calls: CallItem[] = [];
  let startKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await db.query({
      TableName: table,
      IndexName: name,
      ScanIndexForward: false,
      Limit: limit - calls.length,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': partitionKey },
      ExpressionAttributeValues: { ':day': { S: shard } },
      ExclusiveStartKey: startKey,
    });
    for (const item of page.Items ?? []) {
      const call = callItemFrom(item);
      if (call !== undefined) calls.push(call);
    }
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined && calls.length < limit);
  return calls;
}

/** `Calls` is only a view: an item that does not fit its schema is left out, not an error. */
function callItemFrom(item: Record<string, AttributeValue>): CallItem | undefined {
  const plain = Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, plainValue(value)]),
  );
  const parsed = callItemSchema.safeParse(plain);
  return parsed.success ? parsed.data : undefined;
}

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.SS !== undefined) return [...value.SS];
  if (value.M !== undefined) {
    return Object.fromEntries(
      Object.entries(value.M).map(([key, inner]) => [key, plainValue(inner)]),
    );
  }
  return undefined;
}

function byStartDescending(a: CallItem, b: CallItem): number {
  const [first, second] = [a.startedAt ?? '', b.startedAt ?? ''];
  if (first !== second) return first < second ? 1 : -1;
  return a.callId < b.callId ? -1 : 1;
}
