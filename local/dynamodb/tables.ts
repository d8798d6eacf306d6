import { CALL_LOG, CALLS } from '../../shared/tables';

export const CALLS_TABLE_NAME = 'Calls';
export const CALL_LOG_TABLE_NAME = 'CallLog';

type Request = (operation: string, input: object) => Promise<unknown>;

/** Creates the tables that are not there yet, with keys and index as the stack does. */
export async function createTables(request: Request): Promise<void> {
  const { dayIndex } = CALLS;
  await createTable(request, {
    TableName: CALL_LOG_TABLE_NAME,
    AttributeDefinitions: [attribute(CALL_LOG.partitionKey), attribute(CALL_LOG.sortKey, 'N')],
    KeySchema: keySchema(CALL_LOG.partitionKey, CALL_LOG.sortKey),
  });
  await createTable(request, {
    TableName: CALLS_TABLE_NAME,
    AttributeDefinitions: [
      attribute(CALLS.partitionKey),
      attribute(dayIndex.partitionKey),
      attribute(dayIndex.sortKey),
    ],
    KeySchema: keySchema(CALLS.partitionKey),
    GlobalSecondaryIndexes: [
      {
        IndexName: dayIndex.name,
        KeySchema: keySchema(dayIndex.partitionKey, dayIndex.sortKey),
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
}

async function createTable(request: Request, input: object): Promise<void> {
  try {
    await request('CreateTable', { ...input, BillingMode: 'PAY_PER_REQUEST' });
  } catch (reason) {
    // It was kept from an earlier run.
    if (!(reason instanceof Error) || reason.name !== 'ResourceInUseException') throw reason;
  }
}

function attribute(name: string, type: 'S' | 'N' = 'S'): object {
  return { AttributeName: name, AttributeType: type };
}

function keySchema(partitionKey: string, sortKey?: string): object[] {
  const keys = [{ AttributeName: partitionKey, KeyType: 'HASH' }];
  return sortKey === undefined ? keys : [...keys, { AttributeName: sortKey, KeyType: 'RANGE' }];
}
