import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { SQS } from '@aws-sdk/client-sqs';

import { callRequestSchema } from '../../shared/call';
import type { CallRequest } from '../../shared/call';
import type { CallItem } from '../../shared/call-item';
import { CallscribeError } from '../../shared/errors';
import { INPUT_DETAIL_TYPES, stopRequestedSchema } from '../../shared/events';
import { CALLS } from '../../shared/tables';
import { attributeOf, attributesOf } from './attribute-value';

/** A requester's own ids get it, so that none can join a call of Connect or Chime. */
const REQUESTER_PREFIX = 'req:';
/** Everything of a call expires together, at least 15 days on (DESIGN section 3). */
const ITEM_LIFE_SECONDS = 16 * 86_400;

export interface DispatchParts {
  readonly sqs: Pick<SQS, 'sendMessage'>;
  readonly dynamoDb: Pick<DynamoDB, 'putItem' | 'updateItem'>;
  readonly queueUrl: string;
  readonly callsTable: string;
  readonly nowMs: () => number;
}

/** The part of an EventBridge event that is looked at. */
export interface DispatchEvent {
  readonly 'detail-type': string;
  readonly detail: unknown;
}

/**
 * Turns an event on our bus into work: `Transcription Requested` into an item in `Calls` and a
 * message in the queue, `Transcription Stop Requested` into the call's end time. Throws
 * `bad-request`, which names the fields that are wrong, for an event that trying again would not
 * help. An event that is delivered again does no harm: the worker drops the second message.
 */
export function createDispatch(parts: DispatchParts): (event: DispatchEvent) => Promise<void> {
  return async (event) => {
    switch (event['detail-type']) {
      case INPUT_DETAIL_TYPES.requested:
        await request(event.detail, parts);
        return;
      case INPUT_DETAIL_TYPES.stopRequested:
        await requestStop(event.detail, parts);
        return;
      default:
        throw new CallscribeError('bad-request', `no such detail type: ${event['detail-type']}`);
    }
  };
}

async function request(detail: unknown, parts: DispatchParts): Promise<void> {
  const parsed = callRequestSchema.safeParse(withPrefix(detail));
  if (!parsed.success) throw badRequest(INPUT_DETAIL_TYPES.requested, parsed.error.issues);
  // The item first: should the message fail, the event comes again and finds the item.
  await putWaitingItem(parsed.data, parts);
  await parts.sqs.sendMessage({
    QueueUrl: parts.queueUrl,
    MessageBody: JSON.stringify(parsed.data),
  });
}

async function putWaitingItem(call: CallRequest, parts: DispatchParts): Promise<void> {
  const { callId, legs, options, attributes } = call;
  const item: CallItem = { callId, status: 'waiting', legs, options, attributes };
  try {
    await parts.dynamoDb.putItem({
      TableName: parts.callsTable,
      Item: {
        ...attributesOf({ ...item, updatedAt: isoNow(parts) }),
        [CALLS.ttl]: expiry(parts),
      },
      ConditionExpression: `attribute_not_exists(${CALLS.partitionKey})`,
    });
  } catch (reason) {
    if (!(reason instanceof ConditionalCheckFailedException)) throw reason;
  }
}

/** Also for a call that is not known yet: events come in no promised order. */
async function requestStop(detail: unknown, parts: DispatchParts): Promise<void> {
  const parsed = stopRequestedSchema.safeParse(detail);
  if (!parsed.success) throw badRequest(INPUT_DETAIL_TYPES.stopRequested, parsed.error.issues);
  const { callId, endTime } = parsed.data;
  await parts.dynamoDb.updateItem({
    TableName: parts.callsTable,
    Key: { [CALLS.partitionKey]: { S: callId } },
    UpdateExpression:
      'SET endTime = :endTime, #status = if_not_exists(#status, :waiting), ' +
      '#ttl = if_not_exists(#ttl, :ttl)',
    ExpressionAttributeNames: { '#status': 'status', '#ttl': CALLS.ttl },
    ExpressionAttributeValues: {
      ':endTime': attributeOf(endTime ?? isoNow(parts)),
      ':waiting': { S: 'waiting' },
      ':ttl': expiry(parts),
    },
  });
}

function withPrefix(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null || !('callId' in detail)) return detail;
  const { callId } = detail;
  if (typeof callId !== 'string' || callId.startsWith(REQUESTER_PREFIX)) return detail;
  return { ...detail, callId: `${REQUESTER_PREFIX}${callId}` };
}

function badRequest(
  detailType: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): CallscribeError {
  const problems = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new CallscribeError('bad-request', `${detailType}: ${problems.join('; ')}`);
}

function expiry({ nowMs }: DispatchParts): { N: string } {
  return { N: String(Math.floor(nowMs() / 1000) + ITEM_LIFE_SECONDS) };
}

function isoNow({ nowMs }: DispatchParts): string {
  return new Date(nowMs()).toISOString();
}
