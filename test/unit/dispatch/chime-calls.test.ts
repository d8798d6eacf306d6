import type { DynamoDB } from '@aws-sdk/client-dynamodb';

import { prepareStored, withDynamoDb } from './stored-calls';
import { sample } from './support';

let dynamoDb: DynamoDB;
withDynamoDb((each) => (dynamoDb = each));

const chime = (name: string, transactionId: string, changes: Record<string, unknown> = {}) =>
  sample(`chime-${name}`, { 'detail.transactionId': transactionId, ...changes });

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
      const { queues, dispatch, item } = prepareStored(dynamoDb);

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
    const { dispatch, item } = prepareStored(dynamoDb);
    const names = ['started-caller', 'started-agent', 'ended-caller', 'ended-agent'];

    await Promise.all(names.map((name) => dispatch(chime(name, 'at-once'))));

    const { legs, endTime } = (await item('at-once')) ?? {};
    expect(legs?.map(({ channel }) => channel).sort()).toEqual(['agent', 'caller']);
    expect(endTime).toBe('2026-01-02T03:06:06.400Z');
  });

  it('end the call when both have ended, not before', async () => {
    const { dispatch, item } = prepareStored(dynamoDb);
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
    const { dispatch, item } = prepareStored(dynamoDb);
    await dispatch(chime('started-caller', 'updated'));

    await dispatch(chime('updated', 'updated'));

    expect((await item('updated'))?.attributes).toEqual({ direction: 'inbound' });
  });
});
