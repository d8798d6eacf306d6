import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A move of thousands takes minutes; nobody is helped by asking more often. */
const LOOK_AGAIN_MS = 2_000;

export interface RedriveOptions {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
  /** As fast as SQS likes when absent; a stream of calls that begin again is gentler. */
  readonly messagesPerSecond?: number;
  /** Told how many messages have been moved so far, of how many. */
  readonly onProgress?: (moved: number, total: number) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Moves all dead letters back into the queue and resolves with their number when that is done.
 * The destination is always named: most dead letters were put there by a worker, with the reason
 * as an attribute, and SQS only knows where messages came from that it moved itself. Throws when
 * the task fails or is cancelled; what it has moved until then stays moved.
 */
export async function redrive(options: RedriveOptions): Promise<number> {
  const { sqs, onProgress, sleep = pause } = options;
  const from = await describe(sqs, options.deadLetterQueueUrl);
  if (from.messages === 0) return 0;
  const to = await describe(sqs, options.queueUrl);
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: from.arn,
      DestinationArn: to.arn,
      MaxNumberOfMessagesPerSecond: options.messagesPerSecond,
    }),
  );
  for (;;) {
    const { Results } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: from.arn, MaxResults: 1 }),
    );
    const task = Results?.[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    onProgress?.(moved, task?.ApproximateNumberOfMessagesToMove ?? from.messages);
    if (task?.Status === 'COMPLETED') return moved;
    if (task?.Status !== 'RUNNING' && task?.Status !== 'CANCELLING') {
      throw new Error(
        `after ${moved} messages: ${task?.FailureReason ?? task?.Status ?? 'no such task'}`,
      );
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

async function describe(
  sqs: RedriveOptions['sqs'],
  queueUrl: string,
): Promise<{ readonly arn: string; readonly messages: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'],
    }),
  );
  const arn = Attributes?.QueueArn;
  if (arn === undefined) throw new Error(`${queueUrl} has no ARN: is it a queue?`);
  return { arn, messages: Number(Attributes?.ApproximateNumberOfMessages ?? 0) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
