import type { GetItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';

import { createDispatch } from '../../../functions/dispatch/dispatch';
import type { DispatchAnswer, DispatchParts } from '../../../functions/dispatch/dispatch';
import type { CallRequest } from '../../../shared/call';
import { readEventFile } from '../events/event-files';

export const NOW_MS = Date.parse('2026-01-02T03:04:08.000Z');
export const QUEUE_URL = 'http://127.0.0.1/000000000000/calls';
export const DLQ_URL = 'http://127.0.0.1/000000000000/calls-dlq';

export interface Parked {
  readonly body: unknown;
  readonly reason: string | undefined;
}

/** An SQS client that keeps what is sent: calls and dead letters apart. */
export class FakeQueues {
  readonly messages: CallRequest[] = [];
  readonly parked: Parked[] = [];
  /** Set to make the queue fail. */
  fails = false;

  sendMessage(input: SendMessageCommandInput): Promise<object> {
    if (this.fails) return Promise.reject(new Error('no queue'));
    const body: unknown = JSON.parse(input.MessageBody ?? '');
    if (input.QueueUrl === QUEUE_URL) this.messages.push(body as CallRequest);
    else this.parked.push({ body, reason: input.MessageAttributes?.reason?.StringValue });
    return Promise.resolve({});
  }
}

/** A table without items that takes every write and only counts them. */
export class FakeTable {
  readonly writes: UpdateItemCommandInput[] = [];

  getItem(_input: GetItemCommandInput): Promise<object> {
    return Promise.resolve({});
  }

  updateItem(input: UpdateItemCommandInput): Promise<object> {
    this.writes.push(input);
    return Promise.resolve({});
  }
}

/** dispatch over fakes; any part may be replaced. */
export function prepareDispatch(
  queues: FakeQueues,
  dynamoDb: object,
  parts: Partial<DispatchParts> = {},
): (event: unknown) => Promise<DispatchAnswer> {
  return createDispatch({
    sqs: queues as never,
    dynamoDb: dynamoDb as never,
    queueUrl: QUEUE_URL,
    deadLetterQueueUrl: DLQ_URL,
    callsTable: 'Calls',
    nowMs: () => NOW_MS,
    ...parts,
  });
}

/** A sample of `events/`, with members deeper down replaced: `{ 'detail.isCaller': undefined }`. */
export function sample(name: string, changes: Readonly<Record<string, unknown>> = {}): unknown {
  const event = readEventFile(name);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let target = event;
    for (const each of names) target = target[each] as typeof event;
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
  return event;
}
