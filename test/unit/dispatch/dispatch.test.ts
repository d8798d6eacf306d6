import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { PutItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

import { createDispatch } from '../../../functions/dispatch/dispatch';

const NOW_MS = Date.parse('2026-01-02T03:04:05.000Z');
const REQUEST = {
  schemaVersion: 1,
  callId: 'abc',
  legs: [
    {
      channel: 'caller',
      streamArn: 'arn:aws:kinesisvideo:us-east-1:000000000000:stream/s/1',
      track: 'AUDIO_FROM_CUSTOMER',
    },
  ],
  options: { partials: true },
};

function prepare(itemExists = false) {
  const puts: PutItemCommandInput[] = [];
  const updates: UpdateItemCommandInput[] = [];
  const messages: unknown[] = [];
  const dispatch = createDispatch({
    sqs: {
      sendMessage: (input: { MessageBody?: string }) => {
        messages.push(JSON.parse(input.MessageBody ?? ''));
        return Promise.resolve({ $metadata: {} });
      },
    } as never,
    dynamoDb: {
      putItem: (input: PutItemCommandInput) => {
        puts.push(input);
        if (!itemExists) return Promise.resolve({ $metadata: {} });
        const options = { message: 'taken', $metadata: {} };
        return Promise.reject(new ConditionalCheckFailedException(options));
      },
      updateItem: (input: UpdateItemCommandInput) => {
        updates.push(input);
        return Promise.resolve({ $metadata: {} });
      },
    } as never,
    queueUrl: 'http://queue/calls',
    callsTable: 'Calls',
    nowMs: () => NOW_MS,
  });
  return { dispatch, puts, updates, messages };
}

const requested = (detail: unknown) => ({ 'detail-type': 'Transcription Requested', detail });
const stopped = (detail: unknown) => ({ 'detail-type': 'Transcription Stop Requested', detail });

describe('Transcription Requested', () => {
  it('becomes a waiting item and a message, under an id of the requester', async () => {
    const { dispatch, puts, messages } = prepare();

    await dispatch(requested(REQUEST));

    expect(puts[0]?.Item).toMatchObject({
      callId: { S: 'req:abc' },
      status: { S: 'waiting' },
      legs: { L: [{ M: { channel: { S: 'caller' }, track: { S: 'AUDIO_FROM_CUSTOMER' } } }] },
      options: { M: { partials: { BOOL: true } } },
    });
    expect(messages).toEqual([{ ...REQUEST, callId: 'req:abc' }]);
  });

  it('keeps a prefix that is there', async () => {
    const { dispatch, messages } = prepare();

    await dispatch(requested({ ...REQUEST, callId: 'req:abc' }));

    expect(messages).toMatchObject([{ callId: 'req:abc' }]);
  });

  it('sends the message also when the item exists already', async () => {
    const { dispatch, messages } = prepare(true);

    await dispatch(requested(REQUEST));

    expect(messages).toHaveLength(1);
  });

  it('is refused with the names of wrong fields and without any effect', async () => {
    const { dispatch, puts, messages } = prepare();

    const attempt = dispatch(requested({ ...REQUEST, legs: [], options: { partial: true } }));

    await expect(attempt).rejects.toThrow(/legs: .*options: /);
    expect([puts, messages]).toEqual([[], []]);
  });
});

describe('Transcription Stop Requested', () => {
  it('sets the end time of the call', async () => {
    const { dispatch, updates } = prepare();
    const endTime = '2026-01-02T03:00:00.000Z';

    await dispatch(stopped({ schemaVersion: 1, callId: 'c', endTime }));

    expect(updates[0]).toMatchObject({
      Key: { callId: { S: 'c' } },
      ExpressionAttributeValues: { ':endTime': { S: endTime } },
    });
  });

  it('ends the call now when it names no time', async () => {
    const { dispatch, updates } = prepare();

    await dispatch(stopped({ schemaVersion: 1, callId: 'c' }));

    expect(updates[0]?.ExpressionAttributeValues?.[':endTime']).toEqual({
      S: '2026-01-02T03:04:05.000Z',
    });
  });

  it('is refused without a call id', async () => {
    const { dispatch } = prepare();

    await expect(dispatch(stopped({ schemaVersion: 1 }))).rejects.toThrow('callId');
  });
});

it('refuses any other detail type', async () => {
  const { dispatch } = prepare();

  await expect(dispatch({ 'detail-type': 'Other', detail: {} })).rejects.toThrow('Other');
});
