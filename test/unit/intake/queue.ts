import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { jsonCall } from '../../../functions/worker/aws/json-call';
import { EXTEND_BATCH } from '../../../functions/worker/aws/operations';
import {
  CallMessages,
  type ExtendBatch,
  type HeldMessage,
} from '../../../functions/worker/intake/messages';
import { startSqs } from '../../../local/sqs/sqs';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';

type Received = HeldMessage & { readonly reason: string | undefined };

/** The SQS stand-in, and what works on its queue `calls`. */
export async function startQueue() {
  const sqs = await startSqs();
  const client = new SQSClient({
    endpoint: sqs.url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  // As the worker's own client does it.
  const calls = { timeoutMs: 10_000, maxSockets: 8 };
  const extendBatch: ExtendBatch = jsonCall(client, EXTEND_BATCH, calls);
  /** Up to ten messages that are visible now, as a worker would hold them. */
  const receive = async (url = sqs.callsQueueUrl, visibilitySeconds = 30) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibilitySeconds,
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map(
      ({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes }): Received => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        receivedMs: 0,
        settled: false,
        reason: MessageAttributes?.reason?.StringValue,
      }),
    );
  };
  return {
    ...sqs,
    client,
    receive,
    messages: (deadLetterUrl: string | undefined = sqs.callsDlqUrl) =>
      new CallMessages(client, sqs.callsQueueUrl, deadLetterUrl, { extendBatch }),
    send: (body: string) => sqs.send(sqs.callsQueueUrl, body),
    stop: async () => {
      client.destroy();
      await sqs.close();
    },
  };
}

export type Queue = Awaited<ReturnType<typeof startQueue>>;
