import { BatchGetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';

import type { JsonOperation } from './json-call';

/* What is called so often that the SDK's layers would show: see `jsonCall`. */

export const PUT_ITEM: JsonOperation = {
  command: PutItemCommand,
  signingName: 'dynamodb',
  target: 'DynamoDB_20120810.PutItem',
  contentType: 'application/x-amz-json-1.0',
};
export const BATCH_GET_ITEM: JsonOperation = {
  ...PUT_ITEM,
  command: BatchGetItemCommand,
  target: 'DynamoDB_20120810.BatchGetItem',
};
export const EXTEND_BATCH: JsonOperation = {
  command: ChangeMessageVisibilityBatchCommand,
  signingName: 'sqs',
  target: 'AmazonSQS.ChangeMessageVisibilityBatch',
  contentType: 'application/x-amz-json-1.0',
};
export const PUT_EVENTS: JsonOperation = {
  command: PutEventsCommand,
  signingName: 'events',
  target: 'AWSEvents.PutEvents',
  contentType: 'application/x-amz-json-1.1',
};
