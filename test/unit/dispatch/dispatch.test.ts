import { DynamoDB } from '@aws-sdk/client-dynamodb';

import { findCall } from '../../../local/cli/store/call-list';
import { startDynamoDb } from '../../../local/dynamodb/dynamodb';
import type { DynamoDbStandIn } from '../../../local/dynamodb/dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { CallItem } from '../../../shared/call-item';
import { FakeQueues, NOW_MS, prepareDispatch, sample } from './support';

/** Against DynamoDB's stand-in: conditions and update expressions are half of what is tested. */
let standIn: DynamoDbStandIn;
let dynamoDb: DynamoDB;

beforeAll(async () => {
  standIn = await startDynamoDb();
  dynamoDb = new DynamoDB({
    endpoint: standIn.url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});

afterAll(async () => {
  dynamoDb.destroy();
  await standIn.close();
});

function prepare() {
  const queues = new FakeQueues();
  const dispatch = prepareDispatch(queues, dynamoDb);
  const item = (callId: string): Promise<CallItem | undefined> =>
    findCall(dynamoDb, 'Calls', callId);
  return { queues, dispatch, item };
}

/** Every test has calls of its own: one table serves all. */
const flow = (callId: string, changes: Record<string, unknown> = {}) =>
  sample('connect-flow-event', { 'Details.ContactData.ContactId': callId, ...changes });
const contact = (name: string, contactId: string, changes: Record<string, unknown> = {}) =>
  sample(`connect-contact-${name}`, { 'detail.contactId': contactId, ...changes });
const chime = (name: string, transactionId: string, changes: Record<string, unknown> = {}) =>
  sample(`chime-${name}`, { 'detail.transactionId': transactionId, ...changes });

describe('a flow of Amazon Connect', () => {
  it('requests both tracks of the stream, from their start, guarded by the contact', async () => {
    const { queues, dispatch, item } = prepare();

    const answer = await dispatch(flow('flow-1'));

    const leg = {
      streamArn: expect.stringContaining('callscribe-connect-contact') as string,
      startFragmentNumber: '91343852333181432392682062625562912345678901234',
      startTime: '2026-01-02T03:04:05.120Z',
    };
    expect(answer).toMatchObject({ status: 'requested', callId: 'flow-1' });
    expect(queues.messages).toEqual([
      {
        schemaVersion: 1,
        callId: 'flow-1',
        legs: [
          { channel: 'caller', track: 'AUDIO_FROM_CUSTOMER', ...leg },
          { channel: 'agent', track: 'AUDIO_TO_CUSTOMER', ...leg },
        ],
        guard: { tag: 'ContactId', value: 'flow-1' },
        options: { language: 'en-GB', vocabularyName: 'product-names', partials: true },
        attributes: {
          initialContactId: '5ca32fbd-8f92-46af-92a5-6b0f970f0efe',
          queue: 'Support',
          queueArn: expect.stringContaining('/queue/') as string,
          direction: 'inbound',
        },
      },
    ]);
    const { legs, options, guard, status } = (await item('flow-1')) ?? {};
    expect({ legs, options, guard }).toEqual({
      legs: queues.messages[0]?.legs,
      options: queues.messages[0]?.options,
      guard: queues.messages[0]?.guard,
    });
    expect(status).toBe('waiting');
  });

  it('sends one message however often it is invoked', async () => {
    const { queues, dispatch } = prepare();

    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push((await dispatch(flow('flow-2'))).status);

    expect(answers).toEqual(['requested', 'already-requested', 'already-requested']);
    expect(queues.messages).toHaveLength(1);
  });

  it('asks again when it has started streaming again', async () => {
    const { queues, dispatch, item } = prepare();
    const audio = 'Details.ContactData.MediaStreams.Customer.Audio';

    await dispatch(flow('flow-3'));
    await dispatch(contact('disconnected', 'flow-3'));
    await dispatch(
      flow('flow-3', {
        [`${audio}.StartFragmentNumber`]: '91343852333181432392682062625562999999999999999',
        [`${audio}.StartTimestamp`]: String(Date.parse('2026-01-02T03:10:00Z')),
      }),
    );

    expect(queues.messages).toHaveLength(2);
    expect((await item('flow-3'))?.endTime).toBeUndefined();
  });

  it('ends the call when it says that streaming has stopped', async () => {
    const { dispatch, item } = prepare();
    const audio = 'Details.ContactData.MediaStreams.Customer.Audio';

    await dispatch(flow('flow-4'));
    const answer = await dispatch(
      flow('flow-4', { [`${audio}.StopTimestamp`]: String(Date.parse('2026-01-02T03:05:00Z')) }),
    );

    expect(answer.status).toBe('ended');
    expect((await item('flow-4'))?.endTime).toBe('2026-01-02T03:05:00.000Z');
  });
});

describe('a contact event', () => {
  it('ends the call when the contact is disconnected', async () => {
    const { dispatch, item } = prepare();

    await dispatch(flow('contact-1'));
    await dispatch(contact('disconnected', 'contact-1'));

    expect((await item('contact-1'))?.endTime).toBe('2026-01-02T03:06:06.000Z');
  });

  it('ends also a call whose request comes after it', async () => {
    const { queues, dispatch, item } = prepare();

    await dispatch(contact('disconnected', 'contact-2'));
    await dispatch(flow('contact-2'));

    expect(queues.messages).toHaveLength(1);
    expect((await item('contact-2'))?.endTime).toBe('2026-01-02T03:06:06.000Z');
  });

  it('adds who answers the call', async () => {
    const { dispatch, item } = prepare();

    await dispatch(flow('contact-3'));
    await dispatch(contact('connected-to-agent', 'contact-3'));

    expect((await item('contact-3'))?.attributes).toMatchObject({
      queue: 'Support',
      agent: expect.stringContaining('/agent/') as string,
    });
  });

  it('leaves no trace of a contact that is not transcribed', async () => {
    const { dispatch, item } = prepare();

    const answer = await dispatch(contact('connected-to-agent', 'contact-4'));

    expect(answer.status).toBe('ignored');
    expect(await item('contact-4')).toBeUndefined();
  });

  it('makes up for a message that could not be sent', async () => {
    const { queues, dispatch } = prepare();
    queues.fails = true;
    const answer = await dispatch(flow('contact-5'));
    queues.fails = false;

    await dispatch(contact('connected-to-agent', 'contact-5'));
    await dispatch(contact('connected-to-agent', 'contact-5'));

    expect(answer.status).toBe('failed');
    expect(queues.messages).toMatchObject([{ callId: 'contact-5', legs: [{}, {}] }]);
  });
});

describe('the two legs of a Chime call', () => {
  const orders = [
    ['started-caller', 'started-agent'],
    ['started-agent', 'started-caller'],
    ['started-agent', 'started-agent', 'started-caller'],
    ['started-caller', 'started-agent', 'started-caller'],
  ];

  it.each(orders.map((order, index) => [order.join(', '), order, `join-${index}`] as const))(
    'become one call with one message: %s',
    async (_title, order, callId) => {
      const { queues, dispatch, item } = prepare();

      for (const name of order) await dispatch(chime(name, callId));

      const { legs } = (await item(callId)) ?? {};
      const byChannel = new Map(legs?.map((leg) => [leg.channel, leg.streamArn]));
      expect(byChannel.get('caller')).toContain('caller-1');
      expect(byChannel.get('agent')).toContain('agent-1');
      expect(legs).toHaveLength(2);
      expect(queues.messages).toHaveLength(1);
      expect(queues.messages[0]).toMatchObject({
        callId,
        guard: { tag: 'TransactionId', value: callId },
        attributes: { direction: 'inbound' },
      });
    },
  );

  it('both get in when they come at the same moment', async () => {
    const { dispatch, item } = prepare();
    const names = ['started-caller', 'started-agent', 'ended-caller', 'ended-agent'];

    await Promise.all(names.map((name) => dispatch(chime(name, 'at-once'))));

    const { legs, endTime } = (await item('at-once')) ?? {};
    expect(legs?.map(({ channel }) => channel).sort()).toEqual(['agent', 'caller']);
    expect(endTime).toBe('2026-01-02T03:06:06.400Z');
  });

  it('end the call when both have ended, not before', async () => {
    const { dispatch, item } = prepare();
    const endOf = async () => (await item('ends'))?.endTime;
    await dispatch(chime('started-caller', 'ends'));
    await dispatch(chime('started-agent', 'ends'));

    await dispatch(chime('ended-caller', 'ends'));
    const afterOne = await endOf();
    await dispatch(chime('ended-agent', 'ends'));

    expect(afterOne).toBeUndefined();
    expect(await endOf()).toBe('2026-01-02T03:06:06.400Z');
  });

  it('store nothing of an UPDATED that no allow-list names', async () => {
    const { dispatch, item } = prepare();
    await dispatch(chime('started-caller', 'updated'));

    await dispatch(chime('updated', 'updated'));

    expect((await item('updated'))?.attributes).toEqual({ direction: 'inbound' });
  });
});

describe('events of our own', () => {
  it('request a call under an id of the requester, one message however often', async () => {
    const { queues, dispatch, item } = prepare();
    const event = sample('transcription-requested', { 'detail.callId': 'mine-1' });

    await dispatch(event);
    await dispatch(event);

    expect(queues.messages).toMatchObject([
      { callId: 'req:mine-1', options: { language: 'de-DE' }, attributes: { queue: 'Orders' } },
    ]);
    expect(await item('mine-1')).toBeUndefined();
    expect((await item('req:mine-1'))?.status).toBe('waiting');
  });

  it('tell requests apart by when they were made when they name no start', async () => {
    const { queues, dispatch } = prepare();
    const request = (time: string) =>
      dispatch(
        sample('transcription-requested', {
          time,
          'detail.callId': 'mine-2',
          'detail.legs': [{ channel: 'caller', streamArn: NAMELESS_STREAM }],
        }),
      );

    await request('2026-01-02T03:04:06Z');
    await request('2026-01-02T03:04:06Z');
    await request('2026-01-02T04:00:00Z');

    expect(queues.messages).toHaveLength(2);
  });

  it('stop a call at the time they name, and never later again', async () => {
    const { dispatch, item } = prepare();
    const stop = (endTime: string | undefined) =>
      dispatch(
        sample('transcription-stop-requested', {
          'detail.callId': 'stopped',
          'detail.endTime': endTime,
        }),
      );

    await stop('2026-01-02T03:05:00.000Z');
    await stop('2026-01-02T05:06:00+02:00');

    expect((await item('stopped'))?.endTime).toBe('2026-01-02T03:05:00.000Z');
  });

  it('stop a call at the time of the event when they name none', async () => {
    const { dispatch, item } = prepare();

    await dispatch(
      sample('transcription-stop-requested', {
        'detail.callId': 'stopped-now',
        'detail.endTime': undefined,
      }),
    );

    expect((await item('stopped-now'))?.endTime).toBe('2026-01-02T03:06:10.000Z');
  });
});

it('lets an item with legs live at least 15 days, and a mere end one day', async () => {
  const { dispatch } = prepare();
  const daysLeft = async (callId: string) => {
    const { Item } = await dynamoDb.getItem({ TableName: 'Calls', Key: { callId: { S: callId } } });
    return (Number(Item?.expiresAt?.N) - NOW_MS / 1000) / 86_400;
  };

  await dispatch(contact('disconnected', 'expiry'));
  const before = await daysLeft('expiry');
  await dispatch(flow('expiry'));

  expect(before).toBe(1);
  expect(await daysLeft('expiry')).toBeGreaterThan(15);
});

const NAMELESS_STREAM = 'arn:aws:kinesisvideo:us-east-1:000000000000:stream/s/1';
