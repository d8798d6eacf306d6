import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

import { retry } from '../../../shared/retry';

/** Entries per batch request. */
const BATCH = 10;
const ATTEMPTS = 5;

export interface HeldMessage {
  readonly messageId: string;
  /** Renewed when the message is delivered again. */
  receiptHandle: string;
}

/** What the worker does to messages it holds. The lease of a call is its message (DESIGN 4). */
export class CallMessages {
  #deadLetterUrl: Promise<string | undefined> | undefined;

  constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
    private readonly configuredDeadLetterUrl: string | undefined,
  ) {}

  /** Keeps messages invisible for `seconds` from now; 0 hands them over at once. */
  async extend(messages: readonly HeldMessage[], seconds: number): Promise<number> {
    let failed = 0;
    for (let i = 0; i < messages.length; i += BATCH) {
      const response = await this.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: messages.slice(i, i + BATCH).map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds,
          })),
        }),
      );
      failed += response.Failed?.length ?? 0;
    }
    return failed;
  }

  /** Deleting is the last thing done to a message; if it fails the message only comes again. */
  async remove(message: HeldMessage): Promise<void> {
    await retry(
      async () => {
        await this.sqs.send(
          new DeleteMessageCommand({
            QueueUrl: this.queueUrl,
            ReceiptHandle: message.receiptHandle,
          }),
        );
      },
      { maxAttempts: ATTEMPTS },
    );
  }

  /**
   * Puts a message that nobody can work on into the dead-letter queue with the reason, then
   * removes it. Without a dead-letter queue it stays where it is.
   */
  async park(message: HeldMessage, body: string, reason: string): Promise<boolean> {
    const url = await this.#deadLetterQueue();
    if (url === undefined) return false;
    await this.sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: body,
        MessageAttributes: { reason: { DataType: 'String', StringValue: reason.slice(0, 1024) } },
      }),
    );
    await this.remove(message);
    return true;
  }

  #deadLetterQueue(): Promise<string | undefined> {
    if (this.configuredDeadLetterUrl !== undefined) {
      return Promise.resolve(this.configuredDeadLetterUrl);
    }
    this.#deadLetterUrl ??= this.#findDeadLetterQueue().catch((reason: unknown) => {
      this.#deadLetterUrl = undefined;
      throw reason;
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
