import { CALLS_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { dayKey } from '../../../shared/call-item';
import { STREAM_ARN, facts, logOf } from '../../support/call-records';
import { withStore, type Store } from './store';

let store: Store;
withStore((started) => (store = started));

const AT = '2026-01-31T10:00:00.000Z';
const EXPIRY = 2_000_000_000;

function live(callId: string, changes: object = {}) {
  return {
    callId,
    channels: ['caller' as const, 'agent' as const],
    attributes: { queue: 'sales' },
    startedAt: AT,
    expiresAtSeconds: EXPIRY,
    ...changes,
  };
}

/** The terminal record of a call. */
function endOf(callId: string, fact = facts.completed()) {
  return logOf(callId, fact)[0]!;
}

describe('CallView', () => {
  it('lists a live call', async () => {
    await store.view.live(1, live('a'));

    expect(await store.item('a')).toEqual({
      callId: { S: 'a' },
      claimSeq: { N: '1' },
      status: { S: 'live' },
      updatedAt: { S: AT },
      startedAt: { S: AT },
      day: { S: dayKey('a', AT) },
      channels: { L: [{ S: 'caller' }, { S: 'agent' }] },
      attributes: { M: { queue: { S: 'sales' } } },
      expiresAt: { N: String(EXPIRY) },
    });
  });

  it('keeps the first start, and the attributes that dispatch has written', async () => {
    await store.putItem({ callId: { S: 'b' }, attributes: { M: { agent: { S: 'known' } } } });
    await store.view.live(1, live('b'));

    await store.view.live(
      5,
      live('b', { startedAt: '2026-02-01T10:00:00.000Z', channels: ['caller'] }),
    );

    expect(await store.item('b')).toMatchObject({
      startedAt: { S: AT },
      day: { S: dayKey('b', AT) },
      updatedAt: { S: '2026-02-01T10:00:00.000Z' },
      attributes: { M: { agent: { S: 'known' } } },
      channels: { L: [{ S: 'caller' }] },
      claimSeq: { N: '5' },
    });
  });

  it('refuses the update of an older claim', async () => {
    await store.view.live(9, live('c'));

    await store.view.ended(3, endOf('c'), EXPIRY);

    expect(await store.item('c')).toMatchObject({ status: { S: 'live' }, claimSeq: { N: '9' } });
  });

  it('writes how a call ended', async () => {
    await store.view.live(1, live('d'));
    await store.view.live(1, live('e'));

    await store.view.ended(1, endOf('d'), EXPIRY);
    await store.view.ended(1, endOf('e', facts.failed()), EXPIRY);

    expect(await store.item('d')).toMatchObject({
      status: { S: 'completed' },
      endReason: { S: 'ended' },
      endMs: { N: '61000' },
    });
    expect(await store.item('e')).toMatchObject({
      status: { S: 'failed' },
      errorCode: { S: 'unsupported-codec' },
    });
  });

  it('lists a call that failed before it was live', async () => {
    await store.view.ended(1, endOf('f', facts.failed()), EXPIRY);

    const item = await store.item('f');
    expect(item).toMatchObject({ status: { S: 'failed' }, expiresAt: { N: String(EXPIRY) } });
    expect(item?.day?.S).toBe(dayKey('f', String(item?.startedAt?.S)));
  });

  it('reads what dispatch tells of many calls, leaving out the unknown', async () => {
    const ids = Array.from({ length: 105 }, (_, i) => `told-${i}`);
    const leg = { channel: { S: 'caller' }, streamArn: { S: STREAM_ARN }, track: { S: 'T' } };
    await store.putItem({ callId: { S: 'told-3' }, endTime: { S: AT } });
    await store.putItem({
      callId: { S: 'told-104' },
      legs: { L: [{ M: leg }, { M: { channel: { S: 'nobody' } } }] },
    });

    const told = await store.view.told(ids);

    expect([...told]).toEqual([
      ['told-3', { endTimeMs: Date.parse(AT), legs: [] }],
      [
        'told-104',
        { endTimeMs: null, legs: [{ channel: 'caller', streamArn: STREAM_ARN, track: 'T' }] },
      ],
    ]);
  });

  it('asks about one call with some patience', async () => {
    await store.putItem({ callId: { S: 'asked' }, endTime: { S: AT } });
    store.faults.arm({ kind: 'error', target: '/BatchGetItem', times: 4 });

    const told = await store.view.ask('asked', new AbortController().signal);

    expect(told?.endTimeMs).toBe(Date.parse(AT));
    expect(store.faults.struck('error')).toBe(4);
  });

  it('asks about many calls again when one request fails, and no more than twice', async () => {
    await store.putItem({ callId: { S: 'asked-of-many' }, endTime: { S: AT } });
    store.faults.arm({ kind: 'error', target: '/BatchGetItem', times: 2 });
    const told = await store.view.told(['asked-of-many']);
    store.faults.arm({ kind: 'error', target: '/BatchGetItem', times: 3 });

    await expect(store.view.told(['asked-of-many'])).rejects.toMatchObject({ code: 'unavailable' });

    expect(told.get('asked-of-many')?.endTimeMs).toBe(Date.parse(AT));
  });

  it('has its faults aimed at one item where a test asks for that', async () => {
    store.faults.arm({ kind: 'error', target: `${CALLS_TABLE_NAME}/UpdateItem/worker#w-9` });

    await store.view.beat('w-8', 5_000_000);
    await expect(store.view.beat('w-9', 5_000_000)).rejects.toThrow();
    await store.view.beat('w-9', 5_000_000);

    expect(await store.view.beatsOf('w-8')).toBe(1);
  });

  it('counts the beats of each worker', async () => {
    const before = await store.view.beatsOf('w-1');
    await store.view.beat('w-1', 5_000_000);
    await store.view.beat('w-1', 6_000_000);
    await store.view.beat('w-2', 6_000_000);

    expect([before, await store.view.beatsOf('w-1'), await store.view.beatsOf('w-2')]).toEqual([
      undefined,
      2,
      1,
    ]);
    expect(await store.item('worker#w-1')).toMatchObject({ expiresAt: { N: '92400' } });
  });

  it('fails no call when the table is out of order', async () => {
    store.faults.arm({ kind: 'error', target: `${CALLS_TABLE_NAME}/UpdateItem`, times: 10 });

    await expect(store.view.live(1, live('g'))).resolves.toBeUndefined();
  });
});
