import type { DynamoDB } from '@aws-sdk/client-dynamodb';

import { prepareStored, withDynamoDb } from './stored-calls';
import { NOW_MS, sample } from './support';

let dynamoDb: DynamoDB;
withDynamoDb((each) => (dynamoDb = each));

const flow = (callId: string, changes: Record<string, unknown> = {}) =>
  sample('connect-flow-event', { 'Details.ContactData.ContactId': callId, ...changes });
const contact = (name: string, contactId: string, changes: Record<string, unknown> = {}) =>
  sample(`connect-contact-${name}`, { 'detail.contactId': contactId, ...changes });

describe('a flow of Amazon Connect', () => {
  it('requests both tracks of the stream, from their start, guarded by the contact', async () => {
    const { queues, dispatch, item } = prepareStored(dynamoDb);

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
    const { queues, dispatch } = prepareStored(dynamoDb);

    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push((await dispatch(flow('flow-2'))).status);

    expect(answers).toEqual(['requested', 'already-requested', 'already-requested']);
    expect(queues.messages).toHaveLength(1);
  });

  it('asks again when it has started streaming again', async () => {
    const { queues, dispatch, item } = prepareStored(dynamoDb);
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
    const { dispatch, item } = prepareStored(dynamoDb);
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
    const { dispatch, item } = prepareStored(dynamoDb);

    await dispatch(flow('contact-1'));
    await dispatch(contact('disconnected', 'contact-1'));

    expect((await item('contact-1'))?.endTime).toBe('2026-01-02T03:06:06.000Z');
  });

  it('ends also a call whose request comes after it', async () => {
    const { queues, dispatch, item } = prepareStored(dynamoDb);

    await dispatch(contact('disconnected', 'contact-2'));
    await dispatch(flow('contact-2'));

    expect(queues.messages).toHaveLength(1);
    expect((await item('contact-2'))?.endTime).toBe('2026-01-02T03:06:06.000Z');
  });

  it('adds who answers the call', async () => {
    const { dispatch, item } = prepareStored(dynamoDb);

    await dispatch(flow('contact-3'));
    await dispatch(contact('connected-to-agent', 'contact-3'));

    expect((await item('contact-3'))?.attributes).toMatchObject({
      queue: 'Support',
      agent: expect.stringContaining('/agent/') as string,
    });
  });

  it('leaves no trace of a contact that is not transcribed', async () => {
    const { dispatch, item } = prepareStored(dynamoDb);

    const answer = await dispatch(contact('connected-to-agent', 'contact-4'));

    expect(answer.status).toBe('ignored');
    expect(await item('contact-4')).toBeUndefined();
  });

  it('makes up for a message that could not be sent', async () => {
    const { queues, dispatch } = prepareStored(dynamoDb);
    queues.fails = true;
    const answer = await dispatch(flow('contact-5'));
    queues.fails = false;

    await dispatch(contact('connected-to-agent', 'contact-5'));
    await dispatch(contact('connected-to-agent', 'contact-5'));

    expect(answer.status).toBe('failed');
    expect(queues.messages).toMatchObject([{ callId: 'contact-5', legs: [{}, {}] }]);
  });
});

it('lets an item with legs live at least 15 days, and a mere end one day', async () => {
  const { dispatch } = prepareStored(dynamoDb);
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
