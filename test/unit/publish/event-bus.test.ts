import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

import { EventBus } from '../../../functions/worker/publish/event-bus';
import type { CallEvent } from '../../../shared/record';

type Answer = { readonly EventId?: string; readonly ErrorCode?: string };

/** A client that answers each entry by its detail; keeps every request. */
function fakeClient(answer: (detail: string) => Answer | Error = () => ({ EventId: 'id' })) {
  const requests: string[][] = [];
  const send = (command: PutEventsCommand) => {
    const details = (command.input.Entries ?? []).map(({ Detail }) => String(Detail));
    requests.push(details);
    const answers = details.map(answer);
    const error = answers.find((each) => each instanceof Error);
    return error === undefined ? Promise.resolve({ Entries: answers }) : Promise.reject(error);
  };
  return { requests, client: { send } as unknown as EventBridgeClient };
}

function event(n: number, text = ''): CallEvent {
  return { source: 'callscribe', detailType: 'Transcript Segment', detail: { n, text } };
}

async function outcomes(puts: readonly Promise<void>[]): Promise<string[]> {
  const settled = await Promise.allSettled(puts);
  return settled.map((each) =>
    each.status === 'fulfilled' ? 'ok' : (each.reason as Error).message,
  );
}

describe('EventBus', () => {
  it('puts what comes at the same moment into requests of ten', async () => {
    const { client, requests } = fakeClient();
    const bus = new EventBus(client, 'bus');

    await Promise.all(Array.from({ length: 23 }, (_, n) => bus.put(event(n))));

    expect(requests.map((details) => details.length)).toEqual([10, 10, 3]);
    expect(requests.flat()).toEqual(
      Array.from({ length: 23 }, (_, n) => JSON.stringify({ n, text: '' })),
    );
  });

  it('gathers what comes one after the other within a moment', async () => {
    const { client, requests } = fakeClient();
    const bus = new EventBus(client, 'bus');

    const first = bus.put(event(1));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, bus.put(event(2))]);

    expect(requests.map((details) => details.length)).toEqual([2]);
  });

  it('names bus, source and type', async () => {
    const send = jest.fn(() => Promise.resolve({ Entries: [{ EventId: 'id' }] }));
    const bus = new EventBus({ send } as unknown as EventBridgeClient, 'my-bus');

    await bus.put(event(1));

    expect(send).toHaveBeenCalledWith(
      expect.objectContaining({
        input: {
          Entries: [
            {
              EventBusName: 'my-bus',
              Source: 'callscribe',
              DetailType: 'Transcript Segment',
              Detail: '{"n":1,"text":""}',
            },
          ],
        },
      }),
    );
  });

  it('keeps requests below the limit of their size', async () => {
    const { client, requests } = fakeClient();
    const bus = new EventBus(client, 'bus');
    // Two octets a character.
    const long = 'ö'.repeat(45_000);

    await Promise.all([1, 2, 3, 4, 5].map((n) => bus.put(event(n, long))));

    expect(requests.map((details) => details.length)).toEqual([2, 2, 1]);
  });

  it('sends an event alone that is larger than that', async () => {
    const { client, requests } = fakeClient();
    const bus = new EventBus(client, 'bus');

    await Promise.all([
      bus.put(event(1)),
      bus.put(event(2, 'x'.repeat(300_000))),
      bus.put(event(3)),
    ]);

    expect(requests.map((details) => details.length)).toEqual([1, 1, 1]);
  });

  it('fails the entries that failed, and only those', async () => {
    const { client } = fakeClient((detail) =>
      detail.includes('"n":1') ? { ErrorCode: 'ThrottlingException' } : { EventId: 'id' },
    );
    const bus = new EventBus(client, 'bus');

    const result = await outcomes([0, 1, 2].map((n) => bus.put(event(n))));

    expect(result).toEqual([
      'ok',
      expect.stringMatching(/^EventBridge: ThrottlingException \(/),
      'ok',
    ]);
  });

  it('takes an entry without an answer for failed', async () => {
    const { client } = fakeClient(() => ({}));
    const bus = new EventBus(client, 'bus');

    await expect(bus.put(event(1))).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('fails all entries of a request that failed, quoting nothing of it', async () => {
    const { client } = fakeClient((detail) => Object.assign(new Error(detail), { name: 'Boom' }));
    const bus = new EventBus(client, 'bus');

    const result = await outcomes([bus.put(event(1, 'secret')), bus.put(event(2, 'secret'))]);

    expect(result).toEqual(Array(2).fill(expect.stringMatching(/^EventBridge: Boom \(/)));
    expect(result.join()).not.toContain('secret');
  });
});
