import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';

import { callItemSchema } from '../../shared/call-item';
import { CallscribeError } from '../../shared/errors';
import { CALLS } from '../../shared/tables';
import { attributeOf, plainObject } from './attribute-value';
import { UNKNOWN_CALL } from './call-state';
import type { CallState } from './call-state';

/** Everything of a call expires together, at least 15 days on (DESIGN section 3). */
const CALL_LIFE_SECONDS = 16 * 86_400;
/** An end whose call was never asked for: most contacts of an instance are none of ours. */
const MERE_END_LIFE_SECONDS = 86_400;

/** What of a state is stored, under the same names. */
const STORED = [
  'legs',
  'guard',
  'options',
  'attributes',
  'legEnds',
  'failTimes',
  'stopTime',
  'endTime',
] as const satisfies readonly (keyof CallState)[];

/** Dispatch's part of the items in `Calls`. */
export class CallStore {
  constructor(
    private readonly dynamoDb: Pick<DynamoDB, 'getItem' | 'updateItem'>,
    private readonly table: string,
    private readonly nowMs: () => number,
  ) {}

  async read(callId: string, abortSignal?: AbortSignal): Promise<CallState> {
    const { Item: item } = await this.dynamoDb.getItem(
      { TableName: this.table, Key: this.#key(callId), ConsistentRead: true },
      { abortSignal },
    );
    return item === undefined ? UNKNOWN_CALL : stateOf(callId, item);
  }

  /**
   * Turns the state that was read into another. Resolves with false, and nothing is written,
   * when another of these writes came between: read again then.
   */
  async write(
    callId: string,
    read: CallState,
    state: CallState,
    abortSignal?: AbortSignal,
  ): Promise<boolean> {
    const update = new Update();
    update.set('dispatchVersion', read.version + 1);
    update.set('updatedAt', new Date(this.nowMs()).toISOString());
    update.setIfAbsent('status', 'waiting');
    // Only what is different: the call's worker writes the same item.
    for (const name of STORED) {
      if (state[name] !== read[name]) update.setOrRemove(name, emptyAsAbsent(state[name]));
    }
    if (state.starts.length > 0) update.add('starts', state.starts);
    const expiry = this.#expiry(state);
    if (expiry !== undefined) update.set(CALLS.ttl, expiry);
    try {
      await this.dynamoDb.updateItem(
        {
          TableName: this.table,
          Key: this.#key(callId),
          ...update.expression(),
          ConditionExpression:
            read.version === 0
              ? 'attribute_not_exists(dispatchVersion)'
              : 'dispatchVersion = :readVersion',
          ExpressionAttributeNames: update.names,
          ExpressionAttributeValues: {
            ...update.values,
            ...(read.version === 0 ? {} : { ':readVersion': attributeOf(read.version) }),
          },
        },
        { abortSignal },
      );
      return true;
    } catch (reason) {
      if (reason instanceof ConditionalCheckFailedException) return false;
      throw reason;
    }
  }

  /** Remembers that a message with these starts is in the queue. */
  async markSent(
    callId: string,
    starts: readonly string[],
    abortSignal?: AbortSignal,
  ): Promise<void> {
    const update = new Update();
    update.set('requestedAt', new Date(this.nowMs()).toISOString());
    update.add('starts', starts);
    await this.dynamoDb.updateItem(
      {
        TableName: this.table,
        Key: this.#key(callId),
        ...update.expression(),
        ExpressionAttributeNames: update.names,
        ExpressionAttributeValues: update.values,
      },
      { abortSignal },
    );
  }

  #key(callId: string): Record<string, AttributeValue> {
    return { [CALLS.partitionKey]: { S: callId } };
  }

  /** Undefined when the item lives long enough: the worker may have given it more. */
  #expiry({ legs, expiresAtSeconds }: CallState): number | undefined {
    const lifeSeconds = legs.length === 0 ? MERE_END_LIFE_SECONDS : CALL_LIFE_SECONDS;
    const wanted = Math.floor(this.nowMs() / 1000) + lifeSeconds;
    return wanted > expiresAtSeconds ? wanted : undefined;
  }
}

/** Collects the parts of an update expression. */
class Update {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};
  readonly #sets: string[] = [];
  readonly #removes: string[] = [];
  readonly #adds: string[] = [];

  set(name: string, value: unknown): void {
    this.#sets.push(`${this.#name(name)} = ${this.#value(name, attributeOf(value))}`);
  }

  setIfAbsent(name: string, value: unknown): void {
    const placeholder = this.#name(name);
    const absent = `if_not_exists(${placeholder}, ${this.#value(name, attributeOf(value))})`;
    this.#sets.push(`${placeholder} = ${absent}`);
  }

  setOrRemove(name: string, value: unknown): void {
    if (value === undefined) this.#removes.push(this.#name(name));
    else this.set(name, value);
  }

  /** Into a set of strings. */
  add(name: string, texts: readonly string[]): void {
    this.#adds.push(`${this.#name(name)} ${this.#value(name, { SS: [...texts] })}`);
  }

  expression(): { UpdateExpression: string } {
    const clauses = [
      ['SET', this.#sets],
      ['REMOVE', this.#removes],
      ['ADD', this.#adds],
    ] as const;
    const texts = clauses
      .filter(([, parts]) => parts.length > 0)
      .map(([word, parts]) => `${word} ${parts.join(', ')}`);
    return { UpdateExpression: texts.join(' ') };
  }

  #name(name: string): string {
    this.names[`#${name}`] = name;
    return `#${name}`;
  }

  #value(name: string, value: AttributeValue): string {
    this.values[`:${name}`] = value;
    return `:${name}`;
  }
}

/** Throws `log-unreadable` for an item that is none of ours: nothing is overwritten then. */
function stateOf(callId: string, item: Readonly<Record<string, AttributeValue>>): CallState {
  const parsed = callItemSchema.partial().safeParse(plainObject(item));
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    const message = `the item of ${callId} in Calls does not fit its schema at: ${paths}`;
    throw new CallscribeError('log-unreadable', message);
  }
  const { data } = parsed;
  const { guard, options, requestedAt, stopTime, endTime } = data;
  return {
    isKnown: true,
    version: data.dispatchVersion ?? 0,
    expiresAtSeconds: Number(item[CALLS.ttl]?.N ?? 0),
    status: data.status ?? 'waiting',
    legs: data.legs ?? [],
    attributes: data.attributes ?? {},
    starts: data.starts ?? [],
    legEnds: data.legEnds ?? {},
    failTimes: data.failTimes ?? [],
    ...{ guard, options, requestedAt, stopTime, endTime },
  };
}

function emptyAsAbsent(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.keys(value).length === 0 ? undefined : value;
}
