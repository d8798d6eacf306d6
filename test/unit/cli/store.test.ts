import { DynamoDB, type AttributeValue } from '@aws-sdk/client-dynamodb';

import { callsOfDay, findCall, isDay, newestCalls } from '../../../local/cli/store/call-list';
import { callLogReader, isFinished } from '../../../local/cli/store/call-log';
import { deleteCall } from '../../../local/cli/store/delete-call';
import {
  CALLS_TABLE_NAME,
  CALL_LOG_TABLE_NAME,
  startDynamoDb,
  type DynamoDbStandIn,
} from '../../../local/dynamodb/dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { dayKey } from '../../../shared/call-item';
import { itemOf, type Fact } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';

const TABLES = { callLog: CALL_LOG_TABLE_NAME, calls: CALLS_TABLE_NAME };

let dynamoDb: DynamoDbStandIn;
let db: DynamoDB;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  db = new DynamoDB({
    endpoint: dynamoDb.url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(async () => {
  db.destroy();
  await dynamoDb.close();
});

async function putLog(callId: string, ...all: readonly Fact[]): Promise<void> {
  for (const record of logOf(callId, ...all)) {
    const item = itemOf(record, 4_000_000_000) as unknown as Record<string, AttributeValue>;
    await db.putItem({ TableName: CALL_LOG_TABLE_NAME, Item: item });
  }
}

async function putCall(callId: string, startedAt: string): Promise<void> {
  await db.putItem({
    TableName: CALLS_TABLE_NAME,
    Item: {
      callId: { S: callId },
      status: { S: 'completed' },
      startedAt: { S: startedAt },
      day: { S: dayKey(callId, startedAt) },
      segments: { N: '3' },
      channels: { L: [{ S: 'caller' }] },
      attributes: { M: { direction: { S: 'inbound' } } },
    },
  });
}

async function seqsOf(callId: string, afterSeq?: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const page of callLogReader(db, CALL_LOG_TABLE_NAME, callId).pages(afterSeq)) {
    seqs.push(...page.map((record) => record.seq));
  }
  return seqs;
}

describe('callLogReader', () => {
  it('reads a log of several pages in order', async () => {
    // DynamoDB ends a page at 1 MB.
    const long = 'x'.repeat(150_000);
    await putLog('long', ...Array.from({ length: 8 }, (_, index) => facts.segment(long, index)));

    expect(await seqsOf('long')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await seqsOf('long', 6)).toEqual([7, 8]);
  });

  it('gives no page for an unknown call', async () => {
    expect(await seqsOf('nobody')).toEqual([]);
    expect(await callLogReader(db, CALL_LOG_TABLE_NAME, 'nobody').recent()).toEqual([]);
  });
});

describe('isFinished', () => {
  it('goes by the last record that is more than a claim', () => {
    const recent = (...all: Fact[]) => logOf('c', ...all).reverse();

    expect(isFinished(recent(facts.claimed(), facts.completed(), facts.claimed()))).toBe(true);
    expect(isFinished(recent(facts.completed(), facts.segment('a')))).toBe(false);
    expect(isFinished([])).toBe(false);
  });
});

describe('calls', () => {
  it('lists a day newest first, over all shards of the index', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `day-${index}`);
    for (const [index, id] of ids.entries()) await putCall(id, `2026-01-31T10:0${index}:00.000Z`);
    await putCall('other-day', '2026-02-01T00:00:00.000Z');

    const calls = await callsOfDay(db, CALLS_TABLE_NAME, '2026-01-31', 4);

    expect(calls.map((call) => call.callId)).toEqual(['day-8', 'day-7', 'day-6', 'day-5']);
    expect(calls[0]).toMatchObject({
      segments: 3,
      channels: ['caller'],
      attributes: { direction: 'inbound' },
    });
  });

  it('goes back day by day for the newest', async () => {
    await putCall('march-2', '2026-03-02T09:00:00.000Z');
    await putCall('march-1', '2026-03-01T23:00:00.000Z');

    const calls = await newestCalls(db, CALLS_TABLE_NAME, 10, Date.UTC(2026, 2, 3));

    expect(calls.map((call) => call.callId)).toEqual(['march-2', 'march-1']);
  });

  it('leaves out items that are no calls', async () => {
    await db.putItem({
      TableName: CALLS_TABLE_NAME,
      Item: { callId: { S: 'worker#1' }, beats: { N: '7' } },
    });

    expect(await findCall(db, CALLS_TABLE_NAME, 'worker#1')).toBeUndefined();
  });
});

describe('isDay', () => {
  it.each([
    ['2026-01-31', true],
    ['2026-02-30', false],
    ['2026-1-31', false],
    ['today', false],
  ])('takes %s as %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });
});

describe('deleteCall', () => {
  it('removes the log and the listing of one call and nothing else', async () => {
    await putLog('gone', ...Array.from({ length: 60 }, facts.checkpoint), facts.completed());
    await putCall('gone', '2026-04-01T10:00:00.000Z');
    await putLog('stays', facts.completed());

    const deleted = await deleteCall(db, TABLES, 'gone');

    expect(deleted).toBe(61);
    expect(await seqsOf('gone')).toEqual([]);
    expect(await findCall(db, CALLS_TABLE_NAME, 'gone')).toBeUndefined();
    expect(await seqsOf('stays')).toEqual([1]);
  });

  it('removes the record that ends the call last, and the listing after it', async () => {
    await putLog('order', ...Array.from({ length: 29 }, facts.checkpoint), facts.completed());
    const order: string[] = [];
    const watched: Pick<DynamoDB, 'query' | 'batchWriteItem' | 'deleteItem'> = {
      query: db.query.bind(db) as DynamoDB['query'],
      batchWriteItem: (async (input: Parameters<DynamoDB['batchWriteItem']>[0]) => {
        for (const write of input.RequestItems?.[CALL_LOG_TABLE_NAME] ?? []) {
          order.push(write.DeleteRequest?.Key?.seq?.N ?? '');
        }
        return db.batchWriteItem(input);
      }) as DynamoDB['batchWriteItem'],
      deleteItem: (async (input: Parameters<DynamoDB['deleteItem']>[0]) => {
        order.push(input.Key?.seq?.N ?? input.TableName ?? '');
        return db.deleteItem(input);
      }) as DynamoDB['deleteItem'],
    };

    await deleteCall(watched, TABLES, 'order');

    expect(order.slice(-2)).toEqual(['30', CALLS_TABLE_NAME]);
    expect(order).toHaveLength(31);
  });

  it('repeats what the store left undone, with pauses that grow', async () => {
    const pauses: number[] = [];
    let answers = 0;
    const throttled = {
      query: async () => ({ Items: [{ seq: { N: '1' } }, { seq: { N: '2' } }] }),
      batchWriteItem: async (input: { RequestItems: unknown }) => {
        answers += 1;
        return answers < 3 ? { UnprocessedItems: input.RequestItems } : {};
      },
      deleteItem: async () => ({}),
    } as unknown as DynamoDB;

    await deleteCall(throttled, TABLES, 'c', async (ms) => void pauses.push(ms));

    expect(answers).toBe(3);
    expect(pauses).toEqual([50, 100]);
  });
});
