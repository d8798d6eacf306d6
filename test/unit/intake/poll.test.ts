import type { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { ActiveCalls } from '../../../functions/worker/intake/active-calls';
import { startPolling, type ReceivedMessage } from '../../../functions/worker/intake/poll';
import { SelfProtection } from '../../../functions/worker/self-protection/self-protection';
import { systemClock } from '../../../shared/clock';
import { silentLogger } from '../../../shared/logger';
import { until } from '../../support/until';
import { startQueue, type Queue } from './queue';

let queue: Queue;
beforeEach(async () => {
  queue = await startQueue();
});
afterEach(() => queue.stop());

interface Setup {
  readonly limit?: number;
  readonly takesPerSecond?: number;
  readonly mayTake?: () => Promise<void>;
  /** Resolves when a call may begin. */
  readonly begins?: () => Promise<void>;
}

/** Polls, taking the room of each message at once as the worker does. */
function poll(setup: Setup = {}) {
  const { limit = 10, takesPerSecond = 100 } = setup;
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
    takesPerSecond: () => takesPerSecond,
    mayTake: setup.mayTake ?? (() => Promise.resolve()),
    onMessage: (message) => {
      received.push(message);
      const held = { ...message, receivedMs: 0, settled: false };
      calls.add({ callId: undefined, message: held, control: undefined, standsBy: false });
      most = Math.max(most, calls.size);
      return setup.begins?.() ?? Promise.resolve();
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

/** Holds the event loop up for 150 ms at a time, at least once and while the condition holds. */
async function blockLoop(condition: () => boolean): Promise<void> {
  do {
    const untilMs = performance.now() + 150;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 0));
  } while (condition());
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

  it('asks for nothing until calls may be taken', async () => {
    let open = () => undefined as void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const worker = poll({ mayTake: () => opened });
    await queue.send('body');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = [worker.received.length, worker.pending()];

    open();
    await until(() => worker.received.length > 0);
    worker.end();

    expect(before).toEqual([0, 0]);
  });

  it('asks for no more messages than may be taken in a second, nor for others before all begin', async () => {
    for (let i = 0; i < 8; i++) await queue.send(`body-${i}`);
    const begin: (() => void)[] = [];
    const worker = poll({
      takesPerSecond: 4,
      begins: () => new Promise((resolve) => begin.push(resolve)),
    });

    await until(() => begin.length === 4);
    for (const step of begin.slice(1)) step();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([worker.received.length, worker.calls.size, worker.pending()]).toEqual([4, 4, 0]);
    begin[0]?.();
    await until(() => worker.received.length === 8);
    for (const step of begin) step();
    worker.end();
  });

  it('pauses while the event loop is really late, and goes on when it is not', async () => {
    const protection = new SelfProtection({ clock: systemClock, lookMs: 100, calls: () => 100 });
    const stop = new AbortController();
    void protection.run(stop.signal);
    await blockLoop(() => protection.gate.isOpen);
    const worker = poll({ mayTake: () => protection.gate.opened() });
    await queue.send('body');
    for (let turns = 0; turns < 4; turns += 1) await blockLoop(() => turns < 0);
    const before = [worker.received.length, worker.pending()];

    await until(() => worker.received.length === 1);
    worker.end();
    stop.abort();

    expect(before).toEqual([0, 0]);
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
