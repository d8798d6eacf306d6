import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { facts } from '../../support/call-records';
import { until } from '../../support/until';
import { stateFor, writerFor } from '../log/store';
import { withWorld, type World } from './worker-harness';
import { addCall, runningCall, typesOf } from './world-calls';

jest.setTimeout(8_000);

let world: World;
withWorld((started) => (world = started));

describe('a malformed request', () => {
  it('that names a call fails it, with event and list entry, and is parked', async () => {
    await world.request({ schemaVersion: 1, callId: 'bad', legs: 'secret' });
    const worker = world.startWorker('w-1');

    await worker.work();

    const records = await world.records('bad');
    expect(records).toMatchObject([
      {
        seq: 1,
        fact: {
          type: 'failed',
          code: 'bad-request',
          message: expect.stringContaining('legs') as string,
        },
      },
    ]);
    expect(world.events).toMatchObject([
      { detailType: 'Transcription Failed', detail: { callId: 'bad' } },
    ]);
    expect(await world.store.item('bad')).toMatchObject({ status: { S: 'failed' } });
    const [parked] = await world.parked();
    expect(parked?.reason).toMatch(/^bad-request: legs: /);
    expect(JSON.stringify([records, world.events, parked?.reason])).not.toContain('secret');
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('that names none is parked', async () => {
    await world.queue.send('no JSON');
    const worker = world.startWorker('w-1');

    await worker.work();

    expect(await world.parked()).toMatchObject([{ body: 'no JSON' }]);
    expect(world.events).toEqual([]);
  });

  it('for a live call leaves it unharmed', async () => {
    const { request, worker } = await runningCall(world, { count: 2 });

    await world.request({ ...request, legs: [] });
    await worker.poll();
    await until(async () => (await world.parked()).length === 1);
    // The worker lets go of a request a moment after it has parked it.
    await until(() => worker.active.size === 1);

    expect(typesOf(await world.records('c'))).not.toContain('failed');
    expect(worker.active.size).toBe(1);
  });
});

describe('a call that cannot go on', () => {
  it.each([
    ['log-unreadable', { nothing: 'known' }],
    ['log-too-new', { schemaVersion: 2 }],
  ])('for its log ends failed, keeps what it has and its message: %s', async (code, record) => {
    const { request } = addCall(world, 'c');
    const writer = writerFor(world.store.log, 'c', {
      workerId: 'gone',
      state: { ...stateFor('c'), publishedSeq: 1 },
    });
    await writer.append(facts.started('c'));
    await writer.append(facts.segment('word'));
    await writer.append(facts.checkpoint());
    const [item] = await world.store.log.items('c', { fromSeq: 3, limit: 1, forward: true });
    await world.store.putItem(
      { ...item, record: { S: JSON.stringify(record) } },
      CALL_LOG_TABLE_NAME,
    );
    await world.request(request);
    const worker = world.startWorker('w-1');

    await worker.work();

    const records = await world.records('c');
    expect(typesOf(records)).toEqual(['started', 'segment', 'failed']);
    expect(records.at(-1)).toMatchObject({ seq: 4, previousSeq: 2, fact: { code } });
    expect(world.events.map(({ detail }) => detail.seq)).toEqual([2, 4]);
    expect(await world.parked()).toMatchObject([
      { reason: expect.stringContaining(code) as string },
    ]);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('after five claims without progress is parked', async () => {
    const { request } = addCall(world, 'c');
    const writer = writerFor(world.store.log, 'c', {
      workerId: 'gone',
      state: { ...stateFor('c'), claimsWithoutProgress: 5, released: true },
    });
    await writer.append(facts.claimed());
    await world.request(request);
    const worker = world.startWorker('w-1');

    await worker.work();

    expect((await world.records('c')).at(-1)?.fact).toMatchObject({
      type: 'failed',
      code: 'poison',
    });
    expect(await world.parked()).toHaveLength(1);
    expect(await world.store.item('c')).toMatchObject({ errorCode: { S: 'poison' } });
  });
});
