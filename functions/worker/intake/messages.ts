import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  type ChangeMessageVisibilityBatchRequest,
  type ChangeMessageVisibilityBatchResult,
  type SQSClient,
} from '@aws-sdk/client-sqs';

import { systemClock, type Clock } from '../../../shared/clock';
import { explain } from '../../../shared/errors/explain';
import { retry } from '../../../shared/retry';
import type { AwsCall } from '../aws/json-call';

/** Entries per batch request. */
const BATCH = 10;
/**
 * Batches begin so far apart, and all within a second: a hundred at one moment, of a thousand
 * calls, would hold all their audio up.
 */
const BATCH_PAUSE_MS = 10;
const SPREAD_MS = 1_000;
const ATTEMPTS = 5;
/** SQS allows attribute values as long as a message; a reason is a sentence. */
const MAX_REASON_LENGTH = 1024;

export interface HeldMessage {
  readonly messageId: string;
  readonly body: string;
  /** Renewed when the message is delivered again. */
  receiptHandle: string;
  /** Monotonic time of its delivery: SQS hides it for 12 hours from then on at most. */
  receivedMs: number;
  /** Deleted, made visible, or left to whoever has the call now: it is not touched any more. */
  settled: boolean;
}

export type ExtendBatch = AwsCall<
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult
>;

export interface CallMessagesOptions {
  readonly clock?: Clock;
  /** How a batch is kept invisible; by default as the client does it. */
  readonly extendBatch?: ExtendBatch;
}

/** What the worker does to messages it holds. The lease of a call is its message (DESIGN 4). */
export class CallMessages {
  readonly #clock: Clock;
  readonly #extend: ExtendBatch;
  #deadLetterUrl: Promise<string | undefined> | undefined;

  constructor(
    private readonly sqs: Pick<SQSClient, 'send'>,
    private readonly queueUrl: string,
    private readonly configuredDeadLetterUrl: string | undefined,
    { clock = systemClock, extendBatch }: CallMessagesOptions = {},
  ) {
    this.#clock = clock;
    this.#extend =
      extendBatch ??
      ((input, abortSignal) =>
        sqs.send(new ChangeMessageVisibilityBatchCommand(input), { abortSignal }));
  }

  /** Keeps messages invisible for `seconds` from now. Returns how many of them it could not. */
  async extend(
    messages: readonly HeldMessage[],
    seconds: number,
    signal?: AbortSignal,
  ): Promise<number> {
    const held = messages.filter((message) => !message.settled);
    const batches: Promise<number>[] = [];
    const pauseMs = Math.min(BATCH_PAUSE_MS, (SPREAD_MS * BATCH) / held.length);
    let dueMs = this.#clock.monotonicMs();
    for (let i = 0; i < held.length; i += BATCH, dueMs += pauseMs) {
      // By the clock: what one pause was too long, the next ones are shorter.
      const waitMs = dueMs - this.#clock.monotonicMs();
      if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
      const batch = held.slice(i, i + BATCH).filter((message) => !message.settled);
      if (batch.length === 0) continue;
      // One that fails must not take the others with it.
      const extended = signal?.aborted
        ? Promise.resolve(batch.length)
        : this.#extendBatch(batch, seconds, signal).catch(() => batch.length);
      batches.push(extended);
    }
    return (await Promise.all(batches)).reduce((sum, failed) => sum + failed, 0);
  }

  /** Makes a message visible: whoever polls next gets it. */
  async release(message: HeldMessage): Promise<void> {
    message.settled = true;
    await this.#insist(() =>
      this.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.queueUrl,
          ReceiptHandle: message.receiptHandle,
          VisibilityTimeout: 0,
        }),
      ),
    );
  }

  /** Deleting is the last thing done to a message; if it fails the message only comes again. */
  async remove(message: HeldMessage): Promise<void> {
    await this.#insist(() =>
      this.sqs.send(
        new DeleteMessageCommand({
          QueueUrl: this.queueUrl,
          ReceiptHandle: message.receiptHandle,
        }),
      ),
    );
    message.settled = true;
  }

  /** A fresh message with the same request, before the old one is deleted. */
  async renew(message: HeldMessage): Promise<void> {
    await this.#insist(() =>
      this.sqs.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: message.body })),
    );
    await this.remove(message);
  }

  /**
   * Puts a message that nobody can work on into the dead-letter queue with the reason, then
   * removes it. Without a dead-letter queue it stays where it is: false.
   */
  async park(message: HeldMessage, reason: string): Promise<boolean> {
    const url = await this.#deadLetterQueue();
    if (url === undefined) return false;
    await this.#insist(() =>
      this.sqs.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: message.body,
          MessageAttributes: {
            reason: { DataType: 'String', StringValue: reason.slice(0, MAX_REASON_LENGTH) },
          },
        }),
      ),
    );
    await this.remove(message);
    return true;
  }

  async #extendBatch(
    batch: readonly HeldMessage[],
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const request = {
      QueueUrl: this.queueUrl,
      Entries: batch.map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      })),
    };
    const response = await this.#extend(request, signal);
    // Those that were settled meanwhile fail with good reason.
    return (response.Failed ?? []).filter(({ Id }) => batch[Number(Id)]?.settled === false).length;
  }

  #insist<T>(work: () => Promise<T>): Promise<T> {
    const options = { maxAttempts: ATTEMPTS, clock: this.#clock };
    return retry(async () => {
      try {
        return await work();
      } catch (reason) {
        throw explain(reason, 'sqs');
      }
    }, options);
  }

  #deadLetterQueue(): Promise<string | undefined> {
    if (this.configuredDeadLetterUrl !== undefined) {
      return Promise.resolve(this.configuredDeadLetterUrl);
    }
    this.#deadLetterUrl ??= this.#findDeadLetterQueue().catch((reason: unknown) => {
      this.#deadLetterUrl = undefined;
      throw explain(reason, 'sqs');
    });
    return this.#deadLetterUrl;
  }

  async #findDeadLetterQueue(): Promise<string | undefined> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.queueUrl,
        AttributeNames: ['RedrivePolicy'],
      }),
    );
    const policy = Attributes?.RedrivePolicy;
    if (policy === undefined) return undefined;
    const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn?: string };
    const name = deadLetterTargetArn?.split(':').at(-1);
    if (name === undefined) return undefined;
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl;
  }
}
