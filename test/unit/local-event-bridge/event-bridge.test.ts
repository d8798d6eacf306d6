import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

import type { EventEnvelope } from '../../../local/event-bridge/entries';
import { startEventBridge } from '../../../local/event-bridge/event-bridge';
import type { EventBridgeStandIn } from '../../../local/event-bridge/event-bridge';
import { startSqs } from '../../../local/sqs/sqs';
import { LOCAL_CREDENTIALS } from '../../../local/stand-in';
import { until } from '../../support/until';

const BUS = 'callscribe';
const EVENTS_OF_OURS = { source: ['callscribe'] };

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: BUS,
  Source: 'callscribe',
  DetailType: 'Transcript Segment',
  Detail: '{"callId":"c","seq":3}',
  ...more,
});

describe('the EventBridge stand-in', () => {
  let standIn: EventBridgeStandIn;
  let client: EventBridgeClient;
  let received: EventEnvelope[];
  const put = (...Entries: PutEventsRequestEntry[]) =>
    client.send(new PutEventsCommand({ Entries }));

  beforeEach(async () => {
    standIn = await startEventBridge({ buses: [BUS] });
    client = new EventBridgeClient({
      endpoint: standIn.url,
      region: 'us-east-1',
      credentials: LOCAL_CREDENTIALS,
      maxAttempts: 1,
    });
    received = [];
    standIn.onEvent(BUS, EVENTS_OF_OURS, (event) => void received.push(event));
  });
  afterEach(async () => {
    client.destroy();
    await standIn.close();
  });

  it('hands an accepted event to a handler in its envelope', async () => {
    const reply = await put(entry({ Resources: ['arn:x'], Time: new Date(1_700_000_000_000) }));

    await until(() => received.length > 0);
    expect(reply.FailedEntryCount).toBe(0);
    expect(received).toEqual([
      {
        version: '0',
        id: reply.Entries?.[0]?.EventId,
        'detail-type': 'Transcript Segment',
        source: 'callscribe',
        account: '000000000000',
        time: '2023-11-14T22:13:20Z',
        region: 'us-east-1',
        resources: ['arn:x'],
        detail: { callId: 'c', seq: 3 },
      },
    ]);
  });

  it('repeats a handler that fails', async () => {
    let calls = 0;
    standIn.onEvent(BUS, EVENTS_OF_OURS, () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
    });

    await put(entry());

    await until(() => calls === 2);
    expect(standIn.counts().failedDeliveries).toBe(0);
  });

  it.each([
    ['no source', { Source: '' }, 'InvalidArgument'],
    ['a detail type too long', { DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    ['a detail that is no object', { Detail: '[1]' }, 'MalformedDetail'],
    ['a source of AWS', { Source: 'aws.connect' }, 'NotAuthorizedForSourceException'],
    ['an unknown bus', { EventBusName: 'other' }, 'ResourceNotFoundException'],
  ])('fails only the entry with %s', async (_name, more, code) => {
    const reply = await put(entry(more), entry());

    await until(() => received.length > 0);
    expect(reply.FailedEntryCount).toBe(1);
    expect(reply.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([code, undefined]);
    expect(received).toHaveLength(1);
  });

  it.each([
    ['eleven entries', Array.from({ length: 11 }, () => entry())],
    ['more than a megabyte', [entry({ Detail: JSON.stringify({ x: 'y'.repeat(1_048_576) }) })]],
  ])('refuses a request of %s', async (_name, entries) => {
    await expect(put(...entries)).rejects.toThrow(
      expect.objectContaining({ name: 'ValidationException' }),
    );
  });

  it('refuses a rule whose pattern is wrong', async () => {
    const rule = { Name: 'r', EventBusName: BUS, EventPattern: '{"source":"x"}' };

    await expect(client.send(new PutRuleCommand(rule))).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidEventPatternException' }),
    );
  });

  describe('live subscribers', () => {
    async function subscribe(pattern: object): Promise<AsyncGenerator<string>> {
      const query = encodeURIComponent(JSON.stringify(pattern));
      const response = await fetch(`${standIn.url}/subscribe?pattern=${query}`);
      return lines(response.body as unknown as AsyncIterable<Uint8Array>);
    }

    async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
      let text = '';
      for await (const part of body) {
        text += Buffer.from(part).toString('utf8');
        const whole = text.split('\n');
        text = whole.pop() ?? '';
        yield* whole;
      }
    }

    it('read matching events one a line, in the order accepted', async () => {
      const reader = await subscribe({ detail: { callId: ['c'] } });
      await put(entry(), entry({ Detail: '{"callId":"d"}' }), entry({ Detail: '{"callId":"c"}' }));

      const first = await reader.next();
      const second = await reader.next();

      const details = [first, second].map(
        ({ value }) => (JSON.parse(String(value)) as EventEnvelope).detail,
      );
      expect(details).toEqual([{ callId: 'c', seq: 3 }, { callId: 'c' }]);
      await reader.return(undefined);
    });

    it('are told what is wrong with their pattern', async () => {
      const response = await fetch(`${standIn.url}/subscribe?pattern=%7B%7D`);

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message: 'the pattern is empty' });
    });

    it('are disconnected when they do not read', async () => {
      await standIn.close();
      standIn = await startEventBridge({ buses: [BUS], maxBacklogBytes: 1000 });
      client = new EventBridgeClient({
        endpoint: standIn.url,
        region: 'us-east-1',
        credentials: LOCAL_CREDENTIALS,
      });
      const reading = new AbortController();
      await fetch(`${standIn.url}/subscribe`, { signal: reading.signal });
      const big = entry({ Detail: JSON.stringify({ x: 'y'.repeat(1_000_000) }) });

      while (standIn.counts().droppedSubscribers === 0) await put(big);

      expect(standIn.counts().subscribers).toBe(0);
      reading.abort();
    });
  });

  describe('faults', () => {
    it('fail some entries of a request that succeeds', async () => {
      const settings = { share: 1, errorCode: 'ThrottlingException' };
      standIn.faults.arm({ kind: 'put-fail-entries', settings });

      const reply = await put(entry());

      expect(reply.FailedEntryCount).toBe(1);
      expect(reply.Entries?.[0]?.ErrorCode).toBe('ThrottlingException');
    });

    it('answer with 500 and accept nothing', async () => {
      standIn.faults.arm({ kind: 'put-error' });

      await expect(put(entry())).rejects.toThrow(
        expect.objectContaining({ name: 'InternalException' }),
      );

      expect(standIn.counts().accepted).toBe(0);
    });

    it('reset the connection before or after accepting', async () => {
      standIn.faults.arm({ kind: 'put-down' });
      await expect(put(entry())).rejects.toThrow();
      expect(standIn.counts().accepted).toBe(0);

      standIn.faults.arm({ kind: 'put-lost-reply' });
      await expect(put(entry())).rejects.toThrow();

      expect(standIn.counts().accepted).toBe(1);
    });

    it('deliver an event twice under one id', async () => {
      standIn.faults.arm({ kind: 'deliver-twice' });

      await put(entry());

      await until(() => received.length === 2);
      expect(received[1]?.id).toBe(received[0]?.id);
    });
  });
});

it('sends events that match a rule to its queue', async () => {
  const sqs = await startSqs();
  const standIn = await startEventBridge({ buses: [BUS], sqsEndpoint: sqs.url });
  const client = new EventBridgeClient({
    endpoint: standIn.url,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
  });
  const EventPattern = JSON.stringify(EVENTS_OF_OURS);
  await client.send(new PutRuleCommand({ Name: 'r', EventBusName: BUS, EventPattern }));
  const Targets = [
    { Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:calls' },
    { Id: 'other', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' },
  ];
  const reply = await client.send(new PutTargetsCommand({ Rule: 'r', EventBusName: BUS, Targets }));
  const listed = await client.send(new ListRulesCommand({ EventBusName: BUS }));

  await client.send(new PutEventsCommand({ Entries: [entry(), entry({ Source: 'other' })] }));

  await until(() => standIn.counts().pendingDeliveries === 0);
  const depth = await sqs.depth(sqs.callsQueueUrl);
  expect(reply.FailedEntries?.map(({ TargetId }) => TargetId)).toEqual(['other']);
  expect(listed.Rules?.map(({ Name }) => Name)).toEqual(['r']);
  expect(depth).toEqual({ visible: 1, inFlight: 0 });
  await standIn.close();
  await sqs.close();
});
