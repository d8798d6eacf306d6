import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

import { explain } from '../../../shared/errors/explain';
import { failed, ok, skipped, warning, type Result } from './finding';
import type { Patient } from './patient';

/** No queue has given it out: that it is refused shows that the queue is there and lets us in. */
const NO_RECEIPT = 'callscribe-doctor';
const REFUSED_AS_MEANT = new Set(['sqs-lease-lost', 'sqs-refused']);

export async function checkQueue(patient: Patient, signal: AbortSignal): Promise<Result> {
  const QueueUrl = patient.env.CALLS_QUEUE_URL;
  if (!QueueUrl) return skipped('CALLS_QUEUE_URL is not set');
  return onQueue(patient, async (client) => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: NO_RECEIPT,
      VisibilityTimeout: 0,
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (reason) {
      if (!REFUSED_AS_MEANT.has(explain(reason, 'sqs').failure ?? '')) throw reason;
    }
    const waiting = await depthOf(client, QueueUrl, signal);
    return ok(waiting === undefined ? 'lets us in' : `lets us in; ${waiting} calls wait in it`);
  });
}

export async function checkDeadLetters(patient: Patient, signal: AbortSignal): Promise<Result> {
  const QueueUrl = patient.env.CALLS_DLQ_URL;
  if (!QueueUrl) return skipped('CALLS_DLQ_URL is not set');
  return onQueue(patient, async (client) => {
    const letters = await depthOf(client, QueueUrl, signal);
    if (letters === undefined) {
      return skipped('its depth is not ours to know', 'allow sqs:GetQueueAttributes to see it');
    }
    if (letters === 0) return ok('empty');
    return warning(
      `${letters} requests lie in it`,
      'read their attribute `reason`, then `npm run redrive` (docs/deploy.md)',
    );
  });
}

/** Undefined where it may not be asked for, which the worker does not need. */
async function depthOf(
  client: SQSClient,
  QueueUrl: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      { abortSignal: signal },
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  } catch (reason) {
    if (explain(reason, 'sqs').failure === 'no-permission') return undefined;
    throw reason;
  }
}

async function onQueue(
  patient: Patient,
  work: (client: SQSClient) => Promise<Result>,
): Promise<Result> {
  const client = new SQSClient({
    ...patient.settings('sqs'),
    // Emulators bear host names in queue URLs that do not resolve.
    useQueueUrlAsEndpoint: !patient.isLocal,
  });
  try {
    return await work(client);
  } catch (reason) {
    if ((reason as Error).message === 'Invalid URL') {
      return failed('the queue URL is none', 'copy the URL from the outputs of the stack');
    }
    throw reason;
  } finally {
    client.destroy();
  }
}
