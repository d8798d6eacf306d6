import type { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { ActiveCalls } from '../../../functions/worker/intake/active-calls';
import { startPolling, type ReceivedMessage } from '../../../functions/worker/intake/poll';
import { silentLogger } from '../../../shared/logger';
import { startQueue, type Queue } from './queue';

let queue: Queue;
beforeEach(async () => {
  queue = await startQueue();
});
afterEach(() => queue.stop());

interface Setup {
  readonly limit?: number;
  readonly lagMs?: () => number;
}

/** Polls, taking the room of each message at once as the worker does. */
function poll({ limit = 10, lagMs = () => 0 }: Setup = {}) {
  const calls = new ActiveCalls(limit);
  const stop = new AbortController();
  const received: ReceivedMessage[] = [];
  let most = 0;
  let pending = 0;
  const send = async (command: ReceiveMessageCommand, options?: { abortSignal?: AbortSignal }) => {
    pending += 1;
    try {
      return await queue.client.send(command, options);
    } finally {
      pending -= 1;
    }
  };
  const polling = startPolling({
    sqs: Object.assign(Object.create(queue.client) as SQSClient, { send }),
    queueUrl: queue.callsQueueUrl,
    visibilitySeconds: 30,
    calls,
    logger: silentLogger,
    signal: stop.signal,
    lagMs,
    onMessage: (message) => {
      received.push(message);
      const held = { ...message, receivedMs: 0, settled: false };
      calls.add({ callId: undefined, message: held, control: undefined, standsBy: false });
      most = Math.max(most, calls.size);
      return Promise.resolve();
    },
  });
  return {
    calls,
    received,
    most: () => most,
    pending: () => pending,
    end: () => {
      stop.abort();
      polling.stop();
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('startPolling', () => {
  it('hands every message over once', async () => {
    for (let i = 0; i < 12; i++) await queue.send(`body-${i}`);
    const worker = poll({ limit: 20 });

    await until(() => worker.received.length === 12);
    worker.end();

    expect(new Set(worker.received.map(({ body }) => body)).size).toBe(12);
  });

  it('never takes more than there is room for', async () => {
    for (let i = 0; i < 15; i++) await queue.send(`body-${i}`);
    const worker = poll({ limit: 4 });

    for (let done = 0; done < 15; done++) {
      await until(() => worker.received.length > done);
      worker.calls.remove(worker.received[done]!.messageId);
    }
    worker.end();

    expect(worker.received).toHaveLength(15);
    expect(worker.most()).toBeLessThanOrEqual(4);
  });

  it('takes nothing while the event loop is late', async () => {
    let lagMs = 5_000;
    const worker = poll({ lagMs: () => lagMs });
    await queue.send('body');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = worker.received.length;

    lagMs = 0;
    await until(() => worker.received.length > 0);
    worker.end();

    expect(before).toBe(0);
  });

  it('goes on after the queue was out of order', async () => {
    queue.faults.arm({ kind: 'error', times: 1 });
    const worker = poll();
    await queue.send('body');

    await until(() => worker.received.length > 0);
    worker.end();

    expect(worker.received[0]).toMatchObject({ body: 'body' });
  });

  it('lets go of the poll that is under way', async () => {
    const worker = poll();
    await until(() => queue.waitingReceives() === 1);

    worker.end();
    await until(() => worker.pending() === 0);

    // The answer of the long poll would have come much later.
    expect(queue.waitingReceives()).toBe(1);
  });
});
