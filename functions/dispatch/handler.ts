import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SQS } from '@aws-sdk/client-sqs';

import { parseEnv, requiredText, requiredUrl } from '../../shared/env';
import { createDispatch } from './dispatch';
import type { DispatchEvent } from './dispatch';

/** Built at the first event and kept for the life of the Lambda instance. */
let dispatch: ((event: DispatchEvent) => Promise<void>) | undefined;

/** Lambda entry: a target of our bus for the events that ask for or stop a transcription. */
export async function handler(event: DispatchEvent): Promise<void> {
  dispatch ??= createFromEnvironment();
  await dispatch(event);
}

function createFromEnvironment(): (event: DispatchEvent) => Promise<void> {
  const { queueUrl, callsTable } = parseEnv<{ queueUrl: string; callsTable: string }>(process.env, {
    queueUrl: {
      name: 'CALLS_QUEUE_URL',
      read: requiredUrl('https://sqs.us-east-1.amazonaws.com/123456789012/calls'),
    },
    callsTable: { name: 'CALLS_TABLE', read: requiredText('Calls') },
  });
  return createDispatch({
    sqs: new SQS(),
    dynamoDb: new DynamoDB(),
    queueUrl,
    callsTable,
    nowMs: Date.now,
  });
}
