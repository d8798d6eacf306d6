import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

import { recordFromItem } from '../../../shared/call-log-codec';
import { CallscribeError } from '../../../shared/errors';
import { itemOf, type CallRecord } from '../../../shared/record';
import { retry, type RetryOptions } from '../../../shared/retry';
import { CALL_LOG } from '../../../shared/tables';

/** Errors of DynamoDB that no repetition heals; everything else holds the call and is repeated. */
const HOPELESS = new Set([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'ValidationException',
  'ItemCollectionSizeLimitExceededException',
]);

/** Somebody else has written this call's next record: this worker's claim is over. */
export class FencedError extends CallscribeError {
  constructor(callId: string, seq: number) {
    super('fenced', `record ${seq} was written by another worker`, { context: { callId } });
    this.name = 'FencedError';
  }
}

/** The append-only log of all calls (DESIGN 3), one conditional PutItem per record. */
export class CallLog {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly ttlSeconds: number,
    private readonly retryOptions: RetryOptions = {},
  ) {}

  /**
   * Writes a record whose `seq` nobody has written yet. Repeats until it is known to stand or
   * the signal aborts: a slow or failing store holds the call. Throws FencedError when the place
   * is taken by another writer; meeting its own earlier success is success.
   */
  async append(record: CallRecord, signal?: AbortSignal): Promise<void> {
    const expiresAt = Math.floor(Date.parse(record.at) / 1000) + this.ttlSeconds;
    const command = new PutItemCommand({
      TableName: this.table,
      Item: itemOf(record, expiresAt) as unknown as Record<string, AttributeValue>,
      ConditionExpression: `attribute_not_exists(${CALL_LOG.partitionKey})`,
    });
    await this.#repeat(signal, async () => {
      try {
        await this.client.send(command);
      } catch (reason) {
        if (!(reason instanceof Error) || reason.name !== 'ConditionalCheckFailedException') {
          throw reason;
        }
        const found = await this.#nonceAt(record.callId, record.seq);
        if (found !== record.nonce) throw new FencedError(record.callId, record.seq);
      }
    });
  }

  /** The call's last record, read consistently; undefined for an unknown call. */
  async last(callId: string, signal?: AbortSignal): Promise<CallRecord | undefined> {
    const [record] = await this.#query(callId, 0, 1, false, signal);
    return record;
  }

  /** Records from `fromSeq` on, rising, at most `limit`. */
  from(
    callId: string,
    fromSeq: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<CallRecord[]> {
    return this.#query(callId, fromSeq, limit, true, signal);
  }

  #query(
    callId: string,
    fromSeq: number,
    limit: number,
    forward: boolean,
    signal: AbortSignal | undefined,
  ): Promise<CallRecord[]> {
    return this.#repeat(signal, async () => {
      const { Items } = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: `${CALL_LOG.partitionKey} = :id AND ${CALL_LOG.sortKey} >= :seq`,
          ExpressionAttributeValues: { ':id': { S: callId }, ':seq': { N: String(fromSeq) } },
          ConsistentRead: true,
          ScanIndexForward: forward,
          Limit: limit,
        }),
      );
      return (Items ?? []).map((item) => recordFromItem(item as Record<string, { S?: string }>));
    });
  }

  async #nonceAt(callId: string, seq: number): Promise<string | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.table,
        Key: { callId: { S: callId }, seq: { N: String(seq) } },
        ConsistentRead: true,
        ProjectionExpression: 'nonce',
      }),
    );
    return Item?.nonce?.S;
  }

  #repeat<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return retry(
      async () => {
        try {
          return await work();
        } catch (reason) {
          throw storeError(reason);
        }
      },
      { ...this.retryOptions, ...(signal === undefined ? {} : { signal }) },
    );
  }
}

function storeError(reason: unknown): CallscribeError {
  if (reason instanceof CallscribeError) return reason;
  const name = reason instanceof Error ? reason.name : 'unknown error';
  const retryable = !HOPELESS.has(name);
  return new CallscribeError('unavailable', `DynamoDB: ${name}`, { cause: reason, retryable });
}
