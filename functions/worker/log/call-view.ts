import {
  BatchGetItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

import { legSchema, type CallRequest, type Channel } from '../../../shared/call';
import { dayKey } from '../../../shared/call-item';
import { CallscribeError } from '../../../shared/errors';
import type { Logger } from '../../../shared/logger';
import type { CallRecord } from '../../../shared/record';
import { retry } from '../../../shared/retry';
import type { Told } from '../intake/call-control';

/** Keys per BatchGetItem. */
const BATCH = 100;
/** Questions about one call, a few seconds in all. */
const ATTEMPTS = 6;

/** The `Calls` table: a view for people, and where dispatch leaves a call's legs and its end. */
export class CallView {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly ttlSeconds: number,
    private readonly logger: Logger,
  ) {}

  /** The claim's own record decides who may write: an older claim's update is refused. */
  async live(
    claimSeq: number,
    request: CallRequest,
    channels: readonly Channel[],
    startedAt: string,
  ): Promise<void> {
    await this.#update(request.callId, claimSeq, {
      status: { S: 'live' },
      updatedAt: { S: startedAt },
      channels: { L: channels.map((channel) => ({ S: channel })) },
      expiresAt: this.#expiry(startedAt),
      // Dispatch may have added to them since the request was written.
      ...(request.attributes === undefined ? {} : { 'attributes?': mapOf(request.attributes) }),
      // Kept from the first claim.
      'startedAt?': { S: startedAt },
      'day?': { S: dayKey(request.callId, startedAt) },
    });
  }

  async ended(claimSeq: number, record: CallRecord): Promise<void> {
    const { fact, at, callId, state } = record;
    if (fact.type !== 'completed' && fact.type !== 'failed') return;
    const startTime =
      state.startTimeMs === null ? undefined : new Date(state.startTimeMs).toISOString();
    await this.#update(callId, claimSeq, {
      status: { S: fact.type },
      updatedAt: { S: at },
      endMs: { N: String(fact.endMs) },
      expiresAt: this.#expiry(at),
      ...(startTime === undefined ? {} : { startTime: { S: startTime } }),
      ...(fact.type === 'completed'
        ? { endReason: { S: fact.reason } }
        : { errorCode: { S: fact.code } }),
    });
  }

  /** What dispatch has written of each call, read consistently; unknown calls are left out. */
  async told(callIds: readonly string[]): Promise<Map<string, Told>> {
    const found = new Map<string, Told>();
    for (let i = 0; i < callIds.length; i += BATCH) {
      // What comes back unprocessed is left out too: callers ask again anyway.
      const { Responses } = await this.client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [this.table]: {
              Keys: callIds.slice(i, i + BATCH).map((callId) => ({ callId: { S: callId } })),
              ProjectionExpression: 'callId, endTime, legs',
              ConsistentRead: true,
            },
          },
        }),
      );
      for (const item of Responses?.[this.table] ?? []) {
        if (item.callId?.S !== undefined) found.set(item.callId.S, toldBy(item));
      }
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
          const name = cause instanceof Error ? cause.name : 'unknown error';
          throw new CallscribeError('unavailable', `DynamoDB: ${name}`, { cause, retryable: true });
        }
      },
      { signal, maxAttempts: ATTEMPTS },
    );
  }

  #expiry(at: string): AttributeValue {
    return { N: String(Math.floor(Date.parse(at) / 1000) + this.ttlSeconds) };
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

function toldBy(item: Readonly<Record<string, AttributeValue>>): Told {
  const endTimeMs = Date.parse(item.endTime?.S ?? '');
  const legs = (item.legs?.L ?? []).flatMap(({ M: members = {} }) => {
    const texts = Object.entries(members).map(([name, { S: text }]) => [name, text] as const);
    const leg = legSchema.safeParse(Object.fromEntries(texts));
    return leg.success ? [leg.data] : [];
  });
  return { legs, endTimeMs: Number.isNaN(endTimeMs) ? null : endTimeMs };
}

function mapOf(attributes: Readonly<Record<string, string>>): AttributeValue {
  return {
    M: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, { S: value }])),
  };
}
