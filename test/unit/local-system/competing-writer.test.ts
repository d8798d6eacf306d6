import { initialState } from '../../../functions/worker/log/call-writer';
import { competeFor } from '../../../local/dynamodb/competing-writer';
import { recordFromItem } from '../../../shared/call-log-codec';
import { itemOf } from '../../../shared/record';
import type { CallRecord } from '../../../shared/record';

type Log = Parameters<typeof competeFor>[1];
type Item = Parameters<typeof competeFor>[0];

const BEFORE: CallRecord = {
  schemaVersion: 1,
  callId: 'c',
  seq: 4,
  at: '2026-01-01T00:00:00.000Z',
  writer: 'w',
  nonce: 'n',
  previousSeq: 2,
  fact: { type: 'checkpoint' },
  state: {
    ...initialState({ schemaVersion: 1, callId: 'c', legs: [] }),
    marks: { caller: 800 },
    messageId: 'm',
    lastEventSeq: 3,
    released: true,
  },
};

function prepare(before: CallRecord | undefined) {
  const put: CallRecord[] = [];
  const log: Log = {
    get: () => Promise.resolve(before && { ...itemOf(before, 99) }),
    putNew: (item) => {
      put.push(recordFromItem(item));
      return Promise.resolve();
    },
  };
  return { put, log };
}

const incoming: Item = { callId: { S: 'c' }, seq: { N: '5' } };

describe('a competing writer', () => {
  it('claims the place of the next record with the marks of the one before', async () => {
    const { put, log } = prepare(BEFORE);

    await competeFor(incoming, log, 0);

    expect(put).toMatchObject([
      {
        seq: 5,
        previousSeq: 3,
        writer: 'competitor',
        fact: { type: 'claimed', messageId: 'm' },
        state: { marks: { caller: 800 }, released: false, claimsWithoutProgress: 1 },
      },
    ]);
  });

  it('leaves a call alone that has no record yet', async () => {
    const { put, log } = prepare(undefined);

    await competeFor(incoming, log, 0);
    await competeFor({ ...incoming, seq: { N: '1' } }, log, 0);

    expect(put).toEqual([]);
  });
});
