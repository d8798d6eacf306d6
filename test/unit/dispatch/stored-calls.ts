import { DynamoDB } from '@aws-sdk/client-dynamodb';

import { findCall } from '../../../local/cli/store/call-list';
import { startDynamoDb } from '../../../local/dynamodb/dynamodb';
import type { DynamoDbStandIn } from '../../../local/dynamodb/dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { CallItem } from '../../../shared/call-item';
import { FakeQueues, prepareDispatch } from './support';

/**
 * Gives the tests of a file DynamoDB's stand-in: conditions and update expressions are half of what
 * is tested. Every test has calls of its own: one table serves all.
 */
export function withDynamoDb(use: (dynamoDb: DynamoDB) => void): void {
  let standIn: DynamoDbStandIn;
  let dynamoDb: DynamoDB;
  beforeAll(async () => {
    standIn = await startDynamoDb();
    dynamoDb = new DynamoDB({
      endpoint: standIn.url,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    use(dynamoDb);
  });
  afterAll(async () => {
    dynamoDb.destroy();
    await standIn.close();
  });
}

/** dispatch over a table that stores, its queues, and the items of that table. */
export function prepareStored(dynamoDb: DynamoDB) {
  const queues = new FakeQueues();
  const dispatch = prepareDispatch(queues, dynamoDb);
  const item = (callId: string): Promise<CallItem | undefined> =>
    findCall(dynamoDb, 'Calls', callId);
  return { queues, dispatch, item };
}
