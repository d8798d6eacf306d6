import { join } from 'node:path';

import { systemClock } from '../../shared/clock';
import type { Clock } from '../../shared/clock';
import { FaultBoard } from '../faults/fault-board';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../stand-in';
import type { StandIn } from '../stand-in';
import { startEmulatorThread } from '../system/emulator-thread';
import { createForward, startFront } from '../system/json-front';
import { QueueJournal } from './journal';
import type { KeptMessage } from './journal';
import { QueueUrls } from './queue-urls';
import { Receipts } from './receipts';
import { SqsDesk } from './sqs-desk';

export const CALLS_QUEUE_NAME = 'calls';
export const CALLS_DLQ_NAME = 'calls-dlq';

/** Short, so that a dead worker's calls go on soon; the deployment's value is its own. */
const DEFAULT_VISIBILITY_TIMEOUT_SECONDS = 15;
/** Every hand-over counts as a receive, so this is no sign of poison (DESIGN section 4). */
const MAX_RECEIVE_COUNT = 1000;
const RETENTION_SECONDS = 14 * 86_400;

export interface SqsOptions {
  readonly port?: number;
  /** Messages are journalled in `sqs/journal.jsonl` below it; absent: in memory only. */
  readonly dataDir?: string;
  readonly visibilityTimeoutSeconds?: number;
  readonly faults?: FaultBoard;
  readonly clock?: Clock;
  /** Told when the emulator ends by itself. */
  onDeath?(reason: Error): void;
}

export interface SqsStandIn extends StandIn {
  readonly callsQueueUrl: string;
  readonly callsDlqUrl: string;
  readonly faults: FaultBoard;
  /** Receives that wait for a message at this moment: consumers that are up and have room. */
  waitingReceives(): number;
  /** Puts a message into a queue of ours, past all faults. */
  send(queueUrl: string, body: string): Promise<void>;
  depth(queueUrl: string): Promise<QueueDepth>;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

/** SQS with the queue `calls` and its dead-letter queue: fauxqs in a thread, a front before it. */
export async function startSqs(options: SqsOptions = {}): Promise<SqsStandIn> {
  const { faults = new FaultBoard(), clock = systemClock } = options;
  const thread = await startEmulatorThread(
    'local/sqs/fauxqs-thread.mjs',
    { region: LOCAL_REGION },
    options.onDeath ?? (() => undefined),
  );
  const { forward, close } = createForward(thread.port);
  let ourUrl = '';
  const urls = new QueueUrls(() => ourUrl);
  const kept =
    options.dataDir === undefined
      ? undefined
      : QueueJournal.open(join(options.dataDir, 'sqs', 'journal.jsonl'));
  const receipts = new Receipts();
  const desk = new SqsDesk({ forward, urls, receipts, faults, clock, journal: kept?.journal });
  const front = await startFront({
    port: options.port,
    backendPort: thread.port,
    handle: (call, client) => desk.answer(call, client),
  });
  ourUrl = front.url;
  const request: Request = (operation, input) => desk.request(operation, input);
  await createQueues(request, options.visibilityTimeoutSeconds);
  await putBack(kept?.kept ?? [], request, receipts, ourUrl);
  return {
    url: ourUrl,
    callsQueueUrl: urlOf(ourUrl, CALLS_QUEUE_NAME),
    callsDlqUrl: urlOf(ourUrl, CALLS_DLQ_NAME),
    faults,
    waitingReceives: () => desk.waitingReceives,
    send: (QueueUrl, MessageBody) => desk.send(QueueUrl, MessageBody),
    depth: async (QueueUrl) => {
      const input = { QueueUrl, AttributeNames: ['All'] };
      const reply = await request('GetQueueAttributes', input);
      const attributes = reply.Attributes as Record<string, string>;
      return {
        visible: Number(attributes.ApproximateNumberOfMessages),
        inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
      };
    },
    close: async () => {
      await front.close();
      close();
      await thread.close();
    },
  };
}

type Request = SqsDesk['request'];

async function createQueues(request: Request, visibilityTimeoutSeconds?: number): Promise<void> {
  await request('CreateQueue', {
    QueueName: CALLS_DLQ_NAME,
    Attributes: { MessageRetentionPeriod: String(RETENTION_SECONDS) },
  });
  const visibility = visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_TIMEOUT_SECONDS;
  await request('CreateQueue', {
    QueueName: CALLS_QUEUE_NAME,
    Attributes: {
      VisibilityTimeout: String(visibility),
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${CALLS_DLQ_NAME}`,
        maxReceiveCount: MAX_RECEIVE_COUNT,
      }),
    },
  });
}

async function putBack(
  kept: readonly KeptMessage[],
  request: Request,
  receipts: Receipts,
  ourUrl: string,
): Promise<void> {
  for (const { queue, messageId, body } of kept) {
    if (queue !== CALLS_QUEUE_NAME && queue !== CALLS_DLQ_NAME) continue;
    const input = { QueueUrl: urlOf(ourUrl, queue), MessageBody: body };
    const reply = await request('SendMessage', input);
    receipts.alias(String(reply.MessageId), messageId);
  }
}

function urlOf(ourUrl: string, queue: string): string {
  return `${ourUrl}/${LOCAL_ACCOUNT}/${queue}`;
}
