import {
  BatchGetItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

import type { CallRequest } from '../../../shared/call';
import { dayKey } from '../../../shared/call-item';
import type { Logger } from '../../../shared/logger';
import type { CallRecord } from '../../../shared/record';

/** Keys per BatchGetItem. */
const BATCH = 100;

/** The `Calls` table: a view for people, and where dispatch leaves a call's end. */
export class CallView {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly ttlSeconds: number,
    private readonly logger: Logger,
  ) {}

  /** The claim's own record decides who may write: an older claim's update is refused. */
  async live(claimSeq: number, request: CallRequest, startedAt: string): Promise<void> {
    await this.#update(request.callId, claimSeq, {
      status: { S: 'live' },
      updatedAt: { S: startedAt },
      channels: { L: request.legs.map((leg) => ({ S: leg.channel })) },
      expiresAt: this.#expiry(startedAt),
      ...(request.attributes === undefined ? {} : { attributes: mapOf(request.attributes) }),
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

  /** End times that dispatch has set, by call id; calls without one are left out. */
  async endTimes(callIds: readonly string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (let i = 0; i < callIds.length; i += BATCH) {
      const { Responses } = await this.client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [this.table]: {
              Keys: callIds.slice(i, i + BATCH).map((callId) => ({ callId: { S: callId } })),
              ProjectionExpression: 'callId, endTime',
            },
          },
        }),
      );
      for (const item of Responses?.[this.table] ?? []) {
        const endTimeMs = Date.parse(item.endTime?.S ?? '');
        if (item.callId?.S !== undefined && !Number.isNaN(endTimeMs)) {
          found.set(item.callId.S, endTimeMs);
        }
      }
    }
    return found;
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

function mapOf(attributes: Readonly<Record<string, string>>): AttributeValue {
  return {
    M: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, { S: value }])),
  };
}
