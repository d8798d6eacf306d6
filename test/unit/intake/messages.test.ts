import {
  CallMessages,
  type ExtendBatch,
  type HeldMessage,
} from '../../../functions/worker/intake/messages';
import type { Clock } from '../../../shared/clock';
import { VirtualClock } from '../../support/virtual-clock';
import { startQueue, type Queue } from './queue';

let queue: Queue;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.stop());
afterEach(async () => {
  queue.faults.disarm();
  for (const url of [queue.callsQueueUrl, queue.callsDlqUrl]) {
    const left = await queue.receive(url);
    for (const message of left) await queue.messages().remove(message);
  }
});

/** Messages that were sent and received. */
async function held(count: number, visibilitySeconds?: number) {
  for (let i = 0; i < count; i++) await queue.send(`body-${i}`);
  const got: Awaited<ReturnType<Queue['receive']>> = [];
  while (got.length < count) got.push(...(await queue.receive(undefined, visibilitySeconds)));
  return got;
}

function unheld(_: unknown, index: number): HeldMessage {
  const messageId = `m${index}`;
  return { messageId, body: '', receiptHandle: messageId, receivedMs: 0, settled: false };
}

const depth = () => queue.depth(queue.callsQueueUrl);

describe('CallMessages', () => {
  it('keeps any number of messages invisible', async () => {
    const all = await held(23, 1);

    const failed = await queue.messages().extend(all, 600);
    await new Promise((resolve) => setTimeout(resolve, 1_100));

    expect(failed).toBe(0);
    expect(await depth()).toEqual({ visible: 0, inFlight: 23 });
    for (const message of all) await queue.messages().remove(message);
  });

  it.each([
    [10, []],
    [31, [10, 10, 10]],
    [2_000, Array.from({ length: 199 }, () => 5)],
  ])('spreads the requests for %d messages', async (count, pausesMs) => {
    const clock = new VirtualClock();
    const begunMs: number[] = [];
    const extendBatch = () => {
      begunMs.push(clock.monotonicMs());
      return Promise.resolve({ Successful: [], Failed: [] });
    };
    const messages = new CallMessages(queue.client, 'q', undefined, { clock, extendBatch });

    await clock.drive(messages.extend(Array.from({ length: count }, unheld), 600));

    expect(begunMs.slice(1).map((ms, index) => ms - begunMs[index]!)).toEqual(pausesMs);
  });

  it('spreads them no further when the loop is late', async () => {
    const clock = new VirtualClock();
    const late = {
      ...clock,
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms: number) => clock.sleep(ms + 60),
    } as Clock;
    const begunMs: number[] = [];
    const extendBatch = () => {
      begunMs.push(clock.monotonicMs());
      return Promise.resolve({ Successful: [], Failed: [] });
    };
    const messages = new CallMessages(queue.client, 'q', undefined, { clock: late, extendBatch });

    await clock.drive(messages.extend(Array.from({ length: 1_000 }, unheld), 600));

    expect(begunMs).toHaveLength(100);
    expect(begunMs.at(-1)! - begunMs[0]!).toBeLessThanOrEqual(1_060);
  });

  it('leaves alone what is settled while the others are kept', async () => {
    const clock = new VirtualClock();
    const kept: string[] = [];
    const extendBatch: ExtendBatch = ({ Entries = [] }) => {
      kept.push(...Entries.map(({ ReceiptHandle = '' }) => ReceiptHandle));
      all[15]!.settled = true;
      return Promise.resolve({ Successful: [], Failed: [] });
    };
    const messages = new CallMessages(queue.client, 'q', undefined, { clock, extendBatch });
    const all = Array.from({ length: 20 }, unheld);

    await clock.drive(messages.extend(all, 600));

    expect(kept).toHaveLength(19);
    expect(kept).not.toContain('m15');
  });

  it('counts what an abort leaves undone as failed, and sends none of it', async () => {
    const stop = new AbortController();
    let requests = 0;
    const extendBatch: ExtendBatch = () => {
      requests += 1;
      stop.abort();
      return Promise.resolve({ Successful: [], Failed: [] });
    };
    const messages = new CallMessages(queue.client, 'q', undefined, { extendBatch });

    const failed = await messages.extend(Array.from({ length: 40 }, unheld), 600, stop.signal);

    expect([failed, requests]).toEqual([30, 1]);
  });

  it('keeps the others when one request fails', async () => {
    const all = await held(11);
    queue.faults.arm({ kind: 'error', times: 1 });

    const failed = await queue.messages().extend(all, 600);

    expect([10, 1]).toContain(failed);
    for (const message of all) await queue.messages().remove(message);
  });

  it('leaves alone what is settled', async () => {
    const [message] = await held(1);
    message!.settled = true;
    queue.faults.arm({ kind: 'error', times: 1 });

    expect(await queue.messages().extend([message!], 600)).toBe(0);
    queue.faults.disarm();
    await queue.messages().remove(message!);
  });

  it('makes a message visible at once', async () => {
    const [message] = await held(1);

    await queue.messages().release(message!);

    expect(message?.settled).toBe(true);
    expect(await depth()).toEqual({ visible: 1, inFlight: 0 });
  });

  it('deletes a message, insisting when the queue does not answer', async () => {
    const [message] = await held(1);
    queue.faults.arm({ kind: 'error', times: 2 });

    await queue.messages().remove(message!);

    expect(message?.settled).toBe(true);
    expect(await depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('sends a fresh message before it deletes the old one', async () => {
    const [message] = await held(1);
    const deleted = jest.fn();
    const client = {
      send: async (...args: Parameters<typeof queue.client.send>) => {
        if (args[0].constructor.name === 'DeleteMessageCommand') deleted(await depth());
        return queue.client.send(...args);
      },
    } as unknown as typeof queue.client;

    await new CallMessages(client, queue.callsQueueUrl, undefined).renew(message!);

    expect(deleted).toHaveBeenCalledWith({ visible: 1, inFlight: 1 });
    const [fresh] = await queue.receive();
    expect(fresh).toMatchObject({ body: 'body-0' });
    expect(fresh?.messageId).not.toBe(message?.messageId);
    await queue.messages().remove(fresh!);
  });

  it.each([
    ['that it was told of', () => queue.callsDlqUrl],
    ['that the queue names', () => undefined],
  ])('parks a message in the dead-letter queue %s, with the reason', async (_name, url) => {
    const [message] = await held(1);
    const messages = new CallMessages(queue.client, queue.callsQueueUrl, url());

    const parked = await messages.park(message!, 'bad-request: legs');

    expect(parked).toBe(true);
    expect(await depth()).toEqual({ visible: 0, inFlight: 0 });
    expect(await queue.receive(queue.callsDlqUrl)).toMatchObject([
      { body: 'body-0', reason: 'bad-request: legs' },
    ]);
  });

  it('leaves a message where it is when there is nowhere to park it', async () => {
    const [message] = await held(1);
    // The dead-letter queue itself has none.
    const messages = new CallMessages(queue.client, queue.callsDlqUrl, undefined);

    expect(await messages.park(message!, 'poison')).toBe(false);
    expect(message?.settled).toBe(false);
    await queue.messages().remove(message!);
  });

  it('does not insist on what no repetition heals', async () => {
    const [message] = await held(1);

    const elsewhere = new CallMessages(queue.client, `${queue.callsQueueUrl}-gone`, undefined);

    const remove = elsewhere.remove({ ...message! });

    await expect(remove).rejects.toMatchObject({
      code: 'bad-configuration',
      retryable: false,
    });
    await queue.messages().remove(message!);
  });
});
