import { findLogEnd } from '../../../functions/worker/log/log-end';
import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { itemOf, type CallRecord } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';
import { withStore, type Store } from './store';

let store: Store;
withStore((started) => (store = started));

/** Writes records, the last with `record` as its text. */
async function write(records: readonly CallRecord[], record: string): Promise<void> {
  for (const [index, each] of records.entries()) {
    const item = { ...itemOf(each, 1) };
    const isLast = index === records.length - 1;
    await store.putItem(
      { ...item, ...(isLast ? { record: { S: record } } : {}) },
      CALL_LOG_TABLE_NAME,
    );
  }
}

describe('findLogEnd', () => {
  it('knows nothing of an empty log', async () => {
    expect(await findLogEnd('empty', store.log)).toBeUndefined();
  });

  it('finds the end of the log, the last event and the last record that can be read', async () => {
    const records = logOf(
      'bad',
      facts.claimed(),
      facts.started(),
      facts.checkpoint(),
      facts.checkpoint(),
    );
    await write(records, 'not even JSON');

    expect(await findLogEnd('bad', store.log)).toEqual({
      seq: 4,
      isTerminal: false,
      lastEventSeq: 2,
      record: records[2],
      owner: undefined,
      released: false,
    });
  });

  it('still reads owner and release of a newer format', async () => {
    const records = logOf('new', facts.claimed());
    await write(
      records,
      JSON.stringify({ schemaVersion: 2, writer: 'w-9', state: { released: true } }),
    );

    expect(await findLogEnd('new', store.log)).toMatchObject({
      record: undefined,
      owner: 'w-9',
      released: true,
      lastEventSeq: null,
    });
  });

  it('sees that the call is over, and that its end was an event', async () => {
    await write(logOf('over', facts.claimed(), facts.completed()), '{}');

    expect(await findLogEnd('over', store.log)).toMatchObject({
      isTerminal: true,
      lastEventSeq: 2,
    });
  });
});
