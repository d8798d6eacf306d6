import type { DynamoDB } from '@aws-sdk/client-dynamodb';

import { prepareStored, withDynamoDb } from './stored-calls';
import { sample } from './support';

const NAMELESS_STREAM = 'arn:aws:kinesisvideo:us-east-1:000000000000:stream/s/1';

let dynamoDb: DynamoDB;
withDynamoDb((each) => (dynamoDb = each));

describe('events of our own', () => {
  it('request a call under an id of the requester, one message however often', async () => {
    const { queues, dispatch, item } = prepareStored(dynamoDb);
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
    const { queues, dispatch } = prepareStored(dynamoDb);
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
    const { dispatch, item } = prepareStored(dynamoDb);
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
    const { dispatch, item } = prepareStored(dynamoDb);

    await dispatch(
      sample('transcription-stop-requested', {
        'detail.callId': 'stopped-now',
        'detail.endTime': undefined,
      }),
    );

    expect((await item('stopped-now'))?.endTime).toBe('2026-01-02T03:06:10.000Z');
  });
});
