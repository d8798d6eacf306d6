import {
  BatchGetItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

import { legSchema, type Channel } from '../../../shared/call';
import { dayKey } from '../../../shared/call-item';
import { explain } from '../../../shared/errors/explain';
import type { Logger } from '../../../shared/logger';
import type { CallRecord } from '../../../shared/record';
import { retry } from '../../../shared/retry';
import { CALLS, WORKER_ITEM_PREFIX } from '../../../shared/tables';
import type { AwsCall } from '../aws/json-call';
import type { Told } from '../intake/call-control';

/** Keys per BatchGetItem. */
const BATCH = 100;
/** A worker's item outlives it by so much; nobody looks at one that is older than minutes. */
const WORKER_TTL_SECONDS = 86_400;

const PAGE_ATTEMPTS = 3;
const PAGE_BACKOFF = { baseMs: 50, maxMs: 400 };

/** Questions about one call, a few seconds in all. */
const ATTEMPTS = 6;

export interface LiveCall {
  readonly callId: string;
  readonly channels: readonly Channel[];
  readonly attributes: Readonly<Record<string, string>> | undefined;
  readonly startedAt: string;
  readonly expiresAtSeconds: number;
}

export type BatchGetItem = AwsCall<
  BatchGetItemCommandInput,
  Pick<BatchGetItemCommandOutput, 'Responses'>
>;

/**
 * The `Calls` table: a view for people, where dispatch leaves what it knows of a call, and where
 * workers show that they are alive. Nothing that fails here fails a call.
 */
export class CallView {
  constructor(
    private readonly client: Pick<DynamoDBClient, 'send'>,
    private readonly table: string,
    private readonly logger: Logger,
    /** How a batch of items is read, for every call at each heartbeat; by default by the client. */
    private readonly batchGetItem: BatchGetItem = (input, abortSignal) =>
      client.send(new BatchGetItemCommand(input), { abortSignal }),
  ) {}

  /** The claim's own record decides who may write: an older claim's update is refused. */
  async live(claimSeq: number, call: LiveCall): Promise<void> {
    const { callId, startedAt, attributes } = call;
    await this.#update(callId, claimSeq, {
      status: { S: 'live' },
      updatedAt: { S: startedAt },
      channels: { L: call.channels.map((channel) => ({ S: channel })) },
      [CALLS.ttl]: { N: String(call.expiresAtSeconds) },
      // Kept from the first claim, or from dispatch, which comes to know more.
      ...(attributes === undefined ? {} : { 'attributes?': mapOf(attributes) }),
      'startedAt?': { S: startedAt },
      'day?': { S: dayKey(callId, startedAt) },
    });
  }

  /** Writes down a call's end; `record` is its terminal record. */
  async ended(claimSeq: number, record: CallRecord, expiresAtSeconds: number): Promise<void> {
    const { fact, at, callId, state } = record;
    if (fact.type !== 'completed' && fact.type !== 'failed') return;
    const startTime =
      state.startTimeMs === null ? undefined : new Date(state.startTimeMs).toISOString();
    await this.#update(callId, claimSeq, {
      status: { S: fact.type },
      updatedAt: { S: at },
      endMs: { N: String(fact.endMs) },
      channels: { L: state.legs.map((leg) => ({ S: leg.channel })) },
      [CALLS.ttl]: { N: String(expiresAtSeconds) },
      ...(startTime === undefined ? {} : { startTime: { S: startTime } }),
      ...(fact.type === 'completed'
        ? { endReason: { S: fact.reason } }
        : { errorCode: { S: fact.code } }),
      'startedAt?': { S: at },
      'day?': { S: dayKey(callId, at) },
    });
  }

  /** What dispatch has written of each call, read consistently; unknown calls are left out. */
  async told(callIds: readonly string[], signal?: AbortSignal): Promise<Map<string, Told>> {
    const found = new Map<string, Told>();
    for (const item of await this.#read(callIds, 'callId, endTime, legs', signal)) {
      if (item.callId?.S !== undefined) found.set(item.callId.S, toldBy(item));
    }
    return found;
  }

  /** The same of one call; undefined when it is unknown. Throws `unavailable` after some patience. */
  ask(callId: string, signal: AbortSignal): Promise<Told | undefined> {
    return retry(
      async () => {
        try {
          return (await this.told([callId])).get(callId);
        } catch (cause) {
          // Whatever it is, a few attempts cost little.
          throw explain(cause, 'dynamodb', { retryable: true });
        }
      },
      { signal, maxAttempts: ATTEMPTS },
    );
  }

  /** Shows that this worker is alive. */
  async beat(workerId: string, nowMs: number): Promise<void> {
    const expiresAt = Math.floor(nowMs / 1000) + WORKER_TTL_SECONDS;
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { callId: { S: WORKER_ITEM_PREFIX + workerId } },
        UpdateExpression: 'ADD beats :one SET #ttl = :expiresAt',
        ExpressionAttributeNames: { '#ttl': CALLS.ttl },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':expiresAt': { N: String(expiresAt) } },
      }),
    );
  }

  /** How often a worker has shown that it is alive; undefined when it never has. */
  async beatsOf(workerId: string): Promise<number | undefined> {
    const [item] = await this.#read([WORKER_ITEM_PREFIX + workerId], 'beats');
    return item?.beats?.N === undefined ? undefined : Number(item.beats.N);
  }

  /**
   * Consistently: an end that dispatch has taken back must not end the call. What comes back
   * unprocessed is left out: callers ask again anyway.
   */
  async #read(
    keys: readonly string[],
    projection: string,
    signal?: AbortSignal,
  ): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    for (let i = 0; i < keys.length; i += BATCH) {
      const Keys = keys.slice(i, i + BATCH).map((callId) => ({ callId: { S: callId } }));
      const table = { Keys, ProjectionExpression: projection, ConsistentRead: true };
      const { Responses } = await this.#page({ RequestItems: { [this.table]: table } }, signal);
      items.push(...(Responses?.[this.table] ?? []));
    }
    return items;
  }

  /** As patient as the SDK: of a thousand calls one failure would else cost all of them a beat. */
  #page(input: BatchGetItemCommandInput, signal: AbortSignal | undefined) {
    return retry(
      async () => {
        try {
          return await this.batchGetItem(input, signal);
        } catch (cause) {
          throw explain(cause, 'dynamodb');
        }
      },
      { signal, maxAttempts: PAGE_ATTEMPTS, policy: PAGE_BACKOFF },
    );
  }

  /** A name that ends in `?` is only set when it is not there yet. Failure is only logged. */
  async #update(
    callId: string,
    claimSeq: number,
    attributes: Readonly<Record<string, AttributeValue>>,
  ): Promise<void> {
    const names: Record<string, string> = { '#claim': 'claimSeq' };
    const values: Record<string, AttributeValue> = { ':claim': { N: String(claimSeq) } };
    const sets = ['#claim = :claim'];
    Object.entries(attributes).forEach(([key, value], index) => {
      const name = key.replace(/\?$/, '');
      names[`#n${index}`] = name;
      values[`:v${index}`] = value;
      const right = key.endsWith('?') ? `if_not_exists(#n${index}, :v${index})` : `:v${index}`;
      sets.push(`#n${index} = ${right}`);
    });
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { callId: { S: callId } },
          UpdateExpression: `SET ${sets.join(', ')}`,
          ConditionExpression: 'attribute_not_exists(#claim) OR #claim <= :claim',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      );
    } catch (reason) {
      const name = reason instanceof Error ? reason.name : 'unknown error';
      if (name === 'ConditionalCheckFailedException') return;
      this.logger.warn({ callId, error: name }, 'the call list could not be updated');
    }
  }
}

function mapOf(attributes: Readonly<Record<string, string>>): AttributeValue {
  return {
    M: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, { S: value }])),
  };
}

function toldBy(item: Readonly<Record<string, AttributeValue>>): Told {
  const endTimeMs = Date.parse(item.endTime?.S ?? '');
  const legs = (item.legs?.L ?? []).flatMap(({ M: members = {} }) => {
    const texts = Object.entries(members).map(([name, { S: text }]) => [name, text] as const);
    const leg = legSchema.safeParse(Object.fromEntries(texts));
    return leg.success ? [leg.data] : [];
  });
  return { legs, endTimeMs: Number.isNaN(endTimeMs) ? null : endTimeMs };
}
