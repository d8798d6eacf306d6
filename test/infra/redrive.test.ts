import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

import { redrive } from '../../infra/redrive';

const URLS = { deadLetterQueueUrl: 'https://queue/dead', queueUrl: 'https://queue/calls' };

/** Answers as SQS does; the task's states come one after the other. */
function fakeSqs(waiting: number, tasks: readonly object[] = []) {
  const sent: object[] = [];
  const states = [...tasks];
  const sqs = {
    send: (command: { readonly input: object }) => {
      if (command instanceof GetQueueAttributesCommand) {
        const name = command.input.QueueUrl?.split('/').at(-1);
        const Attributes = { QueueArn: `arn:${name}`, ApproximateNumberOfMessages: `${waiting}` };
        return Promise.resolve({ Attributes });
      }
      if (command instanceof StartMessageMoveTaskCommand) sent.push(command.input);
      if (command instanceof ListMessageMoveTasksCommand) {
        return Promise.resolve({ Results: [states.shift()] });
      }
      return Promise.resolve({});
    },
  };
  return { sqs: sqs as never, sent };
}

const sleep = () => Promise.resolve();

describe('the redrive', () => {
  it('moves everything to the named queue, and waits until that is done', async () => {
    const { sqs, sent } = fakeSqs(5, [
      { Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 2 },
      { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 5 },
    ]);
    const progress: number[] = [];

    const moved = await redrive({
      sqs,
      ...URLS,
      messagesPerSecond: 10,
      sleep,
      onProgress: (done) => progress.push(done),
    });

    expect(moved).toBe(5);
    expect(progress).toEqual([2, 5]);
    expect(sent).toEqual([
      { SourceArn: 'arn:dead', DestinationArn: 'arn:calls', MaxNumberOfMessagesPerSecond: 10 },
    ]);
  });

  it('starts nothing when nothing waits', async () => {
    const { sqs, sent } = fakeSqs(0);

    await expect(redrive({ sqs, ...URLS, sleep })).resolves.toBe(0);
    expect(sent).toEqual([]);
  });

  it('says why it could not move everything', async () => {
    const { sqs } = fakeSqs(5, [
      { Status: 'FAILED', ApproximateNumberOfMessagesMoved: 3, FailureReason: 'AccessDenied' },
    ]);

    await expect(redrive({ sqs, ...URLS, sleep })).rejects.toThrow(
      'after 3 messages: AccessDenied',
    );
  });
});
