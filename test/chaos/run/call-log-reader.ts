import type { DynamoDbStandIn } from '../../../local/dynamodb/dynamodb';
import { CALL_LOG_TABLE_NAME, CALLS_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { recordFromItem } from '../../../shared/call-log-codec';
import type { CallRecord } from '../../../shared/record';

type Item = Readonly<Record<string, { S?: string }>>;

/** All records of a call, rising in `seq`, read past all faults. */
export async function readLog(dynamoDb: DynamoDbStandIn, callId: string): Promise<CallRecord[]> {
  const records: CallRecord[] = [];
  let after: unknown;
  do {
    const page = await dynamoDb.request('Query', {
      TableName: CALL_LOG_TABLE_NAME,
      KeyConditionExpression: 'callId = :id',
      ExpressionAttributeValues: { ':id': { S: callId } },
      ConsistentRead: true,
      ...(after === undefined ? {} : { ExclusiveStartKey: after }),
    });
    for (const item of (page.Items ?? []) as Item[]) records.push(recordFromItem(item));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return records;
}

/** Whether the call's end has reached its item in `Calls`. */
export async function hasEndTime(dynamoDb: DynamoDbStandIn, callId: string): Promise<boolean> {
  const { Item } = await dynamoDb.request('GetItem', {
    TableName: CALLS_TABLE_NAME,
    Key: { callId: { S: callId } },
    ConsistentRead: true,
  });
  return (Item as Item | undefined)?.endTime !== undefined;
}
