import type { SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';

import type { Logger } from '../../../shared/logger';
import type { ActiveCalls } from './active-calls';

/** SQS delivers at most so many messages at once. */
const MAX_BATCH = 10;
const LONG_POLL_SECONDS = 20;

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
}

export interface PollOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly visibilitySeconds: number;
  readonly calls: ActiveCalls;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Takes a message over; must not wait for the call. */
  onMessage(message: ReceivedMessage): Promise<void>;
}

/** Polls the queue while there is room. `stop` lets go of the poll that is under way. */
export function startPolling(options: PollOptions): { stop(): void } {
  const { calls, logger, signal } = options;
  const consumer = Consumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: MAX_BATCH,
    waitTimeSeconds: LONG_POLL_SECONDS,
    visibilityTimeout: options.visibilitySeconds,
    // A message is deleted when its call is over, long after it was handled here.
    shouldDeleteMessages: false,
    suppressFifoWarning: true,
    preReceiveMessageCallback: async () => {
      await calls.hasRoom(signal);
      consumer.updateOption('batchSize', Math.min(MAX_BATCH, Math.max(1, calls.room)));
    },
    handleMessage: async (message) => {
      const { MessageId: messageId, ReceiptHandle: receiptHandle, Body: body } = message;
      if (messageId === undefined || receiptHandle === undefined) return message;
      await options.onMessage({ messageId, receiptHandle, body: body ?? '' });
      return message;
    },
  });
  const complain = (reason: Error) =>
    logger.error({ error: reason.name }, 'the calls queue could not be worked on; tried again');
  consumer.on('error', complain);
  consumer.on('processing_error', complain);
  consumer.start();
  return { stop: () => consumer.stop({ abort: true }) };
}
