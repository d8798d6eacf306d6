import { SQSClient } from '@aws-sdk/client-sqs';
import { parseArgs } from 'node:util';

import { redrive } from './redrive';

const USAGE = `usage: npm run redrive -- --from DEAD_LETTER_QUEUE_URL --to CALLS_QUEUE_URL [--rate N]

Moves call requests that nobody could work on back into the calls queue. The URLs are outputs of
the stack (DeadLetterQueueUrl, CallsQueueUrl); CALLS_DLQ_URL and CALLS_QUEUE_URL do as well. With
--rate at most N messages a second are moved, 1 to 500. See why they are there first: the reason
is an attribute of each message.
`;
const EXIT_USAGE = 2;

void main();

async function main(): Promise<void> {
  const options = readArguments();
  if (options === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = EXIT_USAGE;
    return;
  }
  try {
    const moved = await redrive({
      sqs: new SQSClient(),
      ...options,
      onProgress: (done, total) => process.stderr.write(`moved ${done} of ${total}\n`),
    });
    process.stdout.write(`${moved} messages moved\n`);
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    process.stderr.write(`redrive: ${message}\n`);
    process.exitCode = 1;
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, to: { type: 'string' }, rate: { type: 'string' } },
    });
    const deadLetterQueueUrl = values.from ?? process.env.CALLS_DLQ_URL;
    const queueUrl = values.to ?? process.env.CALLS_QUEUE_URL;
    const messagesPerSecond = values.rate === undefined ? undefined : Number(values.rate);
    const isRate = messagesPerSecond === undefined || Number.isInteger(messagesPerSecond);
    if (deadLetterQueueUrl === undefined || queueUrl === undefined || !isRate) return undefined;
    return { deadLetterQueueUrl, queueUrl, messagesPerSecond };
  } catch {
    return undefined;
  }
}
