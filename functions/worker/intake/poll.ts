import type { SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';

import { systemClock, type Clock } from '../../../shared/clock';
import type { Logger } from '../../../shared/logger';
import type { ActiveCalls } from './active-calls';
import { watchEventLoop } from './event-loop';

/** SQS delivers at most so many messages at once. */
const MAX_BATCH = 10;
const LONG_POLL_SECONDS = 20;
/** After an error of SQS or of the connection. */
const ERROR_PAUSE_MS = 1_000;
/** A worker whose event loop is later than this has enough to do (DESIGN 4, "Capacity"). */
const MAX_LAG_MS = 200;
const LAG_PAUSE_MS = 1_000;

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
  readonly clock?: Clock;
  /** How late the event loop has been lately. */
  readonly lagMs?: () => number;
  /** Takes a message over; must not wait for the call, but take its room at once. */
  onMessage(message: ReceivedMessage): Promise<void>;
}

/**
 * Polls the queue while there is room and the event loop keeps up. `stop` lets go of the poll
 * that is under way.
 */
export function startPolling(options: PollOptions): { stop(): void } {
  const { calls, logger } = options;
  const consumer = Consumer.create({
    queueUrl: options.queueUrl,
    sqs: options.sqs,
    batchSize: batchFor(calls),
    waitTimeSeconds: LONG_POLL_SECONDS,
    visibilityTimeout: options.visibilitySeconds,
    // A message is deleted when its call is over, long after it was handled here.
    shouldDeleteMessages: false,
    suppressFifoWarning: true,
    authenticationErrorTimeout: ERROR_PAUSE_MS,
    preReceiveMessageCallback: capacityGate(options),
    handleMessage: async (message) => {
      const { MessageId: messageId, ReceiptHandle: receiptHandle, Body: body } = message;
      if (messageId === undefined || receiptHandle === undefined) return message;
      await options.onMessage({ messageId, receiptHandle, body: body ?? '' });
      return message;
    },
  });
  // The consumer fixes a poll's parameters before it asks for room: they are set the poll before.
  const prepare = (pauseMs: number) => {
    consumer.updateOption('batchSize', batchFor(calls));
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
function batchFor(calls: ActiveCalls): number {
  return Math.min(MAX_BATCH, Math.max(1, calls.room));
}

/** Resolves when another call may be taken. */
function capacityGate({ calls, signal, logger, ...options }: PollOptions): () => Promise<void> {
  const { clock = systemClock, lagMs = watchEventLoop() } = options;
  return async () => {
    await calls.hasRoom(signal);
    for (let tries = 0; !signal.aborted && lagMs() > MAX_LAG_MS; tries++) {
      if (tries === 0) logger.warn({ calls: calls.size }, 'too busy to take more calls');
      await clock.sleep(LAG_PAUSE_MS, signal);
    }
  };
}
