import type { SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';

import type { Logger } from '../../../shared/logger';
import type { ActiveCalls } from './active-calls';

/** SQS delivers at most so many messages at once. */
const MAX_BATCH = 10;
const LONG_POLL_SECONDS = 20;
/** After an error of SQS or of the connection. */
const ERROR_PAUSE_MS = 1_000;

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
  /** Calls that may be taken in a second: no more messages are asked for at once. */
  takesPerSecond(): number;
  /** Resolves when another call may be taken (DESIGN 4, "Capacity"), or when the signal aborts. */
  mayTake(signal: AbortSignal): Promise<void>;
  /**
   * Takes a message over, and its room at once; resolves when its call begins, which must not be
   * waited for to end. Nothing more is polled before.
   */
  onMessage(message: ReceivedMessage): Promise<void>;
}

/**
 * Polls the queue while there is room and calls may be taken. `stop` lets go of the poll that is
 * under way.
 */
export function startPolling(options: PollOptions): { stop(): void } {
  const { calls, logger } = options;
  const consumer = Consumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: batchFor(options),
    waitTimeSeconds: LONG_POLL_SECONDS,
    visibilityTimeout: options.visibilitySeconds,
    // A message is deleted when its call is over, long after it was handled here.
    shouldDeleteMessages: false,
    suppressFifoWarning: true,
    authenticationErrorTimeout: ERROR_PAUSE_MS,
    preReceiveMessageCallback: async () => {
      await calls.hasRoom(options.signal);
      await options.mayTake(options.signal);
    },
    handleMessage: async (message) => {
      const { MessageId: messageId, ReceiptHandle: receiptHandle, Body: body } = message;
      if (messageId === undefined || receiptHandle === undefined) return message;
      await options.onMessage({ messageId, receiptHandle, body: body ?? '' });
      return message;
    },
  });
  // The consumer fixes a poll's parameters before it asks for room: they are set the poll before.
  const prepare = (pauseMs: number) => {
    consumer.updateOption('batchSize', batchFor(options));
    consumer.updateOption('pollingWaitTimeMs', pauseMs);
  };
  const complain = (reason: Error) => {
    if (options.signal.aborted) return;
    prepare(ERROR_PAUSE_MS);
    logger.error({ error: reason.name }, 'the calls queue could not be worked on; tried again');
  };
  consumer.on('response_processed', () => prepare(0));
  consumer.on('empty', () => prepare(0));
  consumer.on('error', complain);
  consumer.on('processing_error', complain);
  consumer.start();
  return { stop: () => consumer.stop({ abort: true }) };
}

/** 1 also when there is no room: by the time of the poll there is. */
function batchFor({ calls, takesPerSecond }: PollOptions): number {
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(takesPerSecond()), calls.room));
}
