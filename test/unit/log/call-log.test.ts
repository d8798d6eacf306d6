import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import type { Fact } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';
import { TTL_SECONDS, withStore, type Store } from './store';

let store: Store;
withStore((started) => (store = started));

const EXPIRY = 2_000_000_000;

/** Appends the given records and returns them. */
async function written(callId: string, ...all: Fact[]) {
  const records = logOf(callId, ...all);
  for (const record of records) await store.log.append(record, EXPIRY);
  return records;
}

describe('CallLog.append', () => {
  it('writes what can be read again', async () => {
    const records = await written('plain', facts.claimed(), facts.started('plain'), facts.gap());

    expect(await store.log.last('plain')).toEqual(records[2]);
    expect(await store.log.at('plain', 2)).toEqual(records[1]);
    expect(await store.log.expiresAt('plain')).toBe(EXPIRY);
  });

  it('fences every writer but one that comes for the same place', async () => {
    const [record] = logOf('race', facts.claimed());
    const attempts = Array.from({ length: 20 }, (_, i) => ({
      ...record!,
      writer: `w-${i}`,
      nonce: `race-${i}`,
    }));

    const results = await Promise.allSettled(
      attempts.map((attempt) => store.log.append(attempt, EXPIRY)),
    );

    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    const losers = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
    );
    expect(losers).toEqual(Array<string>(19).fill('fenced'));
    expect(await store.log.last('race')).toEqual(attempts[winner]);
  });

  it('takes its own earlier success for success when the answer was lost', async () => {
    store.faults.arm({ kind: 'lost-reply', target: `${CALL_LOG_TABLE_NAME}/PutItem`, times: 2 });

    const [record] = await written('lost', facts.claimed());

    expect(store.faults.struck('lost-reply')).toBeGreaterThan(0);
    expect(await store.log.last('lost')).toEqual(record);
  });

  it('knows another writer from itself also when its own answer was lost', async () => {
    const [first] = await written('other', facts.claimed());
    store.faults.arm({ kind: 'lost-reply', target: `${CALL_LOG_TABLE_NAME}/PutItem` });

    const append = store.log.append({ ...first!, nonce: 'another' }, EXPIRY);

    await expect(append).rejects.toMatchObject({ code: 'fenced', context: { callId: 'other' } });
  });

  it.each(['throttled', 'error', 'down'])('outlasts a store that is %s', async (kind) => {
    store.faults.arm({ kind, target: `${CALL_LOG_TABLE_NAME}/PutItem`, times: 3 });

    const [record] = await written(`hurt-${kind}`, facts.claimed());

    expect(await store.log.last(`hurt-${kind}`)).toEqual(record);
  });

  it('reads on through the same', async () => {
    const [record] = await written('hurt-read', facts.claimed());
    store.faults.arm({ kind: 'throttled', target: `${CALL_LOG_TABLE_NAME}/Query`, times: 2 });

    expect(await store.log.last('hurt-read')).toEqual(record);
  });

  it('gives up when it is aborted, and says that the outcome is open', async () => {
    const stop = new AbortController();
    store.faults.arm({ kind: 'throttled', forMs: 60_000 });
    const [record] = logOf('stopped', facts.claimed());
    const append = store.log.append(record!, EXPIRY, stop.signal);

    stop.abort();

    await expect(append).rejects.toMatchObject({ code: 'aborted' });
  });

  it('throws at once what no repetition heals', async () => {
    const [record] = logOf('huge', facts.segment('x'.repeat(420_000)));

    await expect(store.log.append(record!, EXPIRY)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
    });
  });
});

describe('reading a log', () => {
  it('knows nothing of an unknown call', async () => {
    expect(await store.log.last('nobody')).toBeUndefined();
    expect(await store.log.expiresAt('nobody')).toBeUndefined();
    expect(await store.log.page('nobody', 1, 10)).toEqual({
      records: [],
      unreadable: [],
      nextSeq: 1,
    });
  });

  it('gives pages in order, each saying where the next begins', async () => {
    const all = Array.from({ length: 7 }, (_, i) => facts.segment('word', i * 100));
    const records = await written('pages', ...all);

    const first = await store.log.page('pages', 1, 5);
    const second = await store.log.page('pages', first.nextSeq, 5);
    const third = await store.log.page('pages', second.nextSeq, 5);

    expect([...first.records, ...second.records]).toEqual(records);
    expect(first.nextSeq).toBe(6);
    expect(third).toEqual({ records: [], unreadable: [], nextSeq: 8 });
  });

  it('names what cannot be read and goes on behind it', async () => {
    const [first, , third] = await written('bad', facts.claimed(), facts.gap(), facts.gap(9));
    const key = { callId: { S: 'bad' }, seq: { N: '2' } };
    await store.putItem({ ...key, record: { S: '{}' } }, CALL_LOG_TABLE_NAME);

    const page = await store.log.page('bad', 1, 10);

    expect(page.records).toEqual([first, third]);
    expect(page.unreadable).toMatchObject([{ code: 'log-unreadable' }]);
    await expect(store.log.at('bad', 2)).rejects.toMatchObject({ code: 'log-unreadable' });
  });

  it('expires a call so long after it began', () => {
    expect(store.log.expiryOf(5_000_999)).toBe(5_000 + TTL_SECONDS);
  });
});
