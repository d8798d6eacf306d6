import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { SQS } from '@aws-sdk/client-sqs';

import type { CallRequest } from '../../shared/call';
import { NO_DEPLOYMENT_OPTIONS } from '../../shared/deployment-options';
import type { DeploymentOptions } from '../../shared/deployment-options';
import { CallscribeError } from '../../shared/errors';
import { silentLogger } from '../../shared/logger';
import type { Logger } from '../../shared/logger';
import { applyTrigger } from './apply-trigger';
import type { Change, ChangeOutcome } from './apply-trigger';
import { withOptions } from './call-options';
import { UNKNOWN_CALL } from './call-state';
import { CallStore } from './call-store';
import { DeadLetters } from './dead-letters';
import { isBusEvent, readTrigger } from './read-trigger';
import type { AllowLists, Trigger } from './trigger';

/** Writes that came between ours: two legs and an end at one moment are as many as there can be. */
const WRITE_ATTEMPTS = 6;
/**
 * A flow waits for its answer, and a caller with it: within a second. The first part goes to the
 * table; when it does not answer, the queue still has time.
 */
const FLOW_TABLE_MS = 350;
const FLOW_ANSWER_MS = 850;
/** What is left for the dead-letter queue when the others have used their time up. */
const FLOW_PARK_MS = 100;

export interface DispatchParts {
  readonly sqs: Pick<SQS, 'sendMessage'>;
  readonly dynamoDb: Pick<DynamoDB, 'getItem' | 'updateItem'>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly callsTable: string;
  readonly allowLists?: Partial<AllowLists>;
  /** What the deployment says about the options of its calls. */
  readonly callOptions?: DeploymentOptions;
  /** Sees to it that a worker runs, after a message was sent; that it fails is only logged. */
  readonly wakeWorkers?: (signal?: AbortSignal) => Promise<unknown>;
  readonly logger?: Logger;
  readonly nowMs?: () => number;
  /** A signal that aborts after so many milliseconds. */
  readonly timeout?: (ms: number) => AbortSignal;
}

export interface DispatchAnswer {
  /** `refused`: the event is wrong and was parked; `failed`: a service did not do its part. */
  readonly status: ChangeOutcome | 'refused' | 'failed';
  readonly callId?: string;
  /** One sentence; names members of the event, never their values. */
  readonly reason?: string;
}

/**
 * Turns an event into work: legs, options, attributes and the end into the call's item in
 * `Calls`, a request into a message in the queue. What fails its schema is parked in the
 * dead-letter queue with the reason and answered `refused`. Delivering an event again does no
 * harm, whatever came in between.
 *
 * An event from a bus makes it throw when a service fails: it is to be delivered again. A flow
 * always gets an answer, within a second.
 */
export function createDispatch(parts: DispatchParts): (event: unknown) => Promise<DispatchAnswer> {
  const dispatcher = new Dispatcher(parts);
  return (event) => (isBusEvent(event) ? dispatcher.busEvent(event) : dispatcher.flowEvent(event));
}

class Dispatcher {
  readonly #store: CallStore;
  readonly #deadLetters: DeadLetters;
  readonly #lists: AllowLists;
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  readonly #timeout: (ms: number) => AbortSignal;

  constructor(private readonly parts: DispatchParts) {
    this.#nowMs = parts.nowMs ?? Date.now;
    this.#timeout = parts.timeout ?? ((ms) => AbortSignal.timeout(ms));
    this.#logger = parts.logger ?? silentLogger;
    this.#lists = { contactAttributes: [], sipHeaders: [], ...parts.allowLists };
    this.#store = new CallStore(parts.dynamoDb, parts.callsTable, this.#nowMs);
    this.#deadLetters = new DeadLetters(parts.sqs, parts.deadLetterQueueUrl);
  }

  async busEvent(event: unknown): Promise<DispatchAnswer> {
    try {
      return await this.#carryOut(this.#read(event));
    } catch (reason) {
      const refusal = refusalOf(reason);
      if (refusal === undefined) throw reason;
      await this.#deadLetters.park(event, refusal.reason ?? '');
      return this.#told(refusal);
    }
  }

  async flowEvent(event: unknown): Promise<DispatchAnswer> {
    const answerBy = this.#timeout(FLOW_ANSWER_MS);
    let trigger: Trigger | undefined;
    try {
      trigger = this.#read(event);
      return await this.#carryOutFlow(trigger, answerBy);
    } catch (reason) {
      const refusal = refusalOf(reason);
      const answer = refusal ?? this.#failureOf(reason, trigger);
      const parkBy = refusal === undefined ? this.#timeout(FLOW_PARK_MS) : answerBy;
      await this.#deadLetters
        .park(event, answer.reason ?? '', parkBy)
        .catch((parking: unknown) => this.#failureOf(parking, trigger));
      return this.#told(answer);
    }
  }

  /** Throws `bad-request`. */
  #read(event: unknown): Trigger {
    const trigger = readTrigger(event, this.#lists, this.#nowMs());
    return withOptions(trigger, this.parts.callOptions ?? NO_DEPLOYMENT_OPTIONS);
  }

  /** The queue alone makes a transcript: a table that fails must not keep a call from it. */
  async #carryOutFlow(trigger: Trigger, answerBy: AbortSignal): Promise<DispatchAnswer> {
    const tableBy = this.#timeout(FLOW_TABLE_MS);
    let change: Change;
    try {
      change = await this.#update(trigger, tableBy);
    } catch (reason) {
      if (refusalOf(reason) !== undefined || trigger.type !== 'start') throw reason;
      this.#failureOf(reason, trigger);
      change = { ...applyTrigger(UNKNOWN_CALL, trigger, this.#nowMs()), newStarts: [] };
    }
    return this.#send(change, trigger, answerBy);
  }

  async #carryOut(trigger: Trigger): Promise<DispatchAnswer> {
    return this.#send(await this.#update(trigger), trigger);
  }

  /** Brings the call's item up to date with the event. */
  async #update(trigger: Trigger, signal?: AbortSignal): Promise<Change> {
    const { callId } = trigger;
    if (callId === undefined || trigger.type === 'ignored') {
      return applyTrigger(UNKNOWN_CALL, trigger, this.#nowMs());
    }
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const read = await this.#store.read(callId, signal);
      const change = applyTrigger(read, trigger, this.#nowMs());
      if (!change.isChanged) return change;
      if (await this.#store.write(callId, read, change.state, signal)) return change;
    }
    throw new CallscribeError('unavailable', 'other events kept changing the call', {
      retryable: true,
    });
  }

  async #send(change: Change, trigger: Trigger, signal?: AbortSignal): Promise<DispatchAnswer> {
    const { message, newStarts, outcome } = change;
    if (message !== undefined) {
      await this.#enqueue(message, signal);
      // Should they fail: the next event sends another message, which does no harm, and scaling
      // by the queue's length starts a worker a few minutes later.
      const rest = [this.#remember(message.callId, newStarts, signal), this.#wake(signal)];
      for (const each of await Promise.allSettled(rest)) {
        if (each.status === 'rejected') this.#failureOf(each.reason, trigger);
      }
    }
    const reason = trigger.type === 'ignored' ? trigger.reason : undefined;
    return this.#told({ status: outcome, callId: trigger.callId, reason });
  }

  async #enqueue(message: CallRequest, abortSignal?: AbortSignal): Promise<void> {
    await this.parts.sqs.sendMessage(
      { QueueUrl: this.parts.queueUrl, MessageBody: JSON.stringify(message) },
      { abortSignal },
    );
  }

  async #remember(callId: string, starts: readonly string[], signal?: AbortSignal): Promise<void> {
    if (starts.length > 0) await this.#store.markSent(callId, starts, signal);
  }

  async #wake(signal?: AbortSignal): Promise<void> {
    await this.parts.wakeWorkers?.(signal);
  }

  #told(answer: DispatchAnswer): DispatchAnswer {
    const { status, callId, reason } = answer;
    const level = status === 'refused' || status === 'failed' ? 'warn' : 'info';
    this.#logger[level]({ callId, status, reason }, 'an event was dispatched');
    return answer;
  }

  #failureOf(reason: unknown, trigger: Trigger | undefined): DispatchAnswer {
    const error = reason instanceof Error ? reason.name : 'unknown error';
    const callId = trigger?.callId;
    this.#logger.error({ callId, error }, 'a service failed while an event was dispatched');
    return { status: 'failed', callId, reason: `callscribe cannot be reached (${error})` };
  }
}

function refusalOf(reason: unknown): DispatchAnswer | undefined {
  if (!(reason instanceof CallscribeError) || reason.code !== 'bad-request') return undefined;
  return { status: 'refused', reason: reason.message };
}
