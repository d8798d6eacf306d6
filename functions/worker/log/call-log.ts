import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';

import { recordFromItem } from '../../../shared/call-log-codec';
import { CallscribeError } from '../../../shared/errors';
import { explain } from '../../../shared/errors/explain';
import { itemOf, type CallRecord } from '../../../shared/record';
import { retry, type RetryOptions } from '../../../shared/retry';
import { CALL_LOG } from '../../../shared/tables';

/** Somebody else has written this call's next record: this worker's claim is over. */
export class FencedError extends CallscribeError {
  constructor(callId: string, seq: number) {
    super('fenced', `record ${seq} was written by another worker`, { context: { callId } });
    this.name = 'FencedError';
  }
}

/** Consecutive records; those that cannot be read are named by their errors only. */
export interface LogPage {
  readonly records: readonly CallRecord[];
  readonly unreadable: readonly CallscribeError[];
  /** Where the page after this one begins; `fromSeq` when there is nothing any more. */
  readonly nextSeq: number;
}

export type LogItem = Readonly<Record<string, AttributeValue>>;

interface Range {
  readonly fromSeq: number;
  readonly limit: number;
  readonly forward: boolean;
  readonly toSeq?: number;
}

/** The append-only log of all calls (DESIGN 3), one conditional PutItem per record. */
export class CallLog {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly ttlSeconds: number,
    private readonly retryOptions: RetryOptions = {},
    /** For the one operation that is called for every record. */
    private readonly putItem: (input: PutItemCommandInput) => Promise<unknown> = (input) =>
      client.send(new PutItemCommand(input)),
  ) {}

  /** When a call that begins at this time expires, in seconds since the epoch. */
  expiryOf(beginMs: number): number {
    return Math.floor(beginMs / 1000) + this.ttlSeconds;
  }

  /**
   * Writes a record whose `seq` nobody has written yet. Repeats until it is known to stand or
   * the signal aborts: a slow or failing store holds the call. Throws FencedError when the place
   * is taken by another writer; meeting its own earlier success is success.
   */
  async append(record: CallRecord, expiresAtSeconds: number, signal?: AbortSignal): Promise<void> {
    const input = {
      TableName: this.table,
      Item: { ...itemOf(record, expiresAtSeconds) },
      ConditionExpression: `attribute_not_exists(${CALL_LOG.partitionKey})`,
    };
    await this.#repeat(signal, async () => {
      try {
        await this.putItem(input);
      } catch (reason) {
        if (!(reason instanceof Error) || reason.name !== 'ConditionalCheckFailedException') {
          throw reason;
        }
        const found = await this.#attributeAt(record.callId, record.seq, 'nonce');
        if (found?.S !== record.nonce) throw new FencedError(record.callId, record.seq);
      }
    });
  }

  /**
   * The call's last record, read consistently; undefined for an unknown call. Throws
   * `log-unreadable` or `log-too-new`.
   */
  async last(callId: string, signal?: AbortSignal): Promise<CallRecord | undefined> {
    const [item] = await this.items(callId, { fromSeq: 0, limit: 1, forward: false }, signal);
    return item === undefined ? undefined : recordFromItem(item);
  }

  /** The record at `seq`, read consistently. Throws as `last` does. */
  async at(callId: string, seq: number, signal?: AbortSignal): Promise<CallRecord | undefined> {
    const range = { fromSeq: seq, toSeq: seq, limit: 1, forward: true };
    const [item] = await this.items(callId, range, signal);
    return item === undefined ? undefined : recordFromItem(item);
  }

  /** Records from `fromSeq` on, rising, at most `limit`; fewer say nothing about the log's end. */
  async page(
    callId: string,
    fromSeq: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<LogPage> {
    const items = await this.items(callId, { fromSeq, limit, forward: true }, signal);
    const records: CallRecord[] = [];
    const unreadable: CallscribeError[] = [];
    for (const item of items) {
      try {
        records.push(recordFromItem(item));
      } catch (reason) {
        unreadable.push(CallscribeError.from(reason));
      }
    }
    const lastSeq = Number(items.at(-1)?.seq?.N ?? fromSeq - 1);
    return { records, unreadable, nextSeq: lastSeq + 1 };
  }

  /** When everything of the call expires, as its first record says; undefined when it is gone. */
  async expiresAt(callId: string, signal?: AbortSignal): Promise<number | undefined> {
    const found = await this.#repeat(signal, () => this.#attributeAt(callId, 1, CALL_LOG.ttl));
    return found?.N === undefined ? undefined : Number(found.N);
  }

  /** Items of the log as they stand there, read consistently. */
  items(callId: string, range: Range, signal?: AbortSignal): Promise<LogItem[]> {
    const { fromSeq, toSeq = Number.MAX_SAFE_INTEGER, limit, forward } = range;
    const { partitionKey, sortKey } = CALL_LOG;
    return this.#repeat(signal, async () => {
      const { Items } = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: `${partitionKey} = :id AND ${sortKey} BETWEEN :from AND :to`,
          ExpressionAttributeValues: {
            ':id': { S: callId },
            ':from': { N: String(fromSeq) },
            ':to': { N: String(toSeq) },
          },
          ConsistentRead: true,
          ScanIndexForward: forward,
          Limit: limit,
        }),
      );
      return Items ?? [];
    });
  }

  async #attributeAt(
    callId: string,
    seq: number,
    name: string,
  ): Promise<AttributeValue | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.table,
        Key: { callId: { S: callId }, seq: { N: String(seq) } },
        ConsistentRead: true,
        ProjectionExpression: name,
      }),
    );
    return Item?.[name];
  }

  #repeat<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return retry(
      async () => {
        try {
          return await work();
        } catch (reason) {
          throw explain(reason, 'dynamodb');
        }
      },
      { ...this.retryOptions, ...(signal === undefined ? {} : { signal }) },
    );
  }
}
