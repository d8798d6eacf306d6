import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { until } from '../../support/until';
import { stateFor, writerFor } from '../log/store';
import { withWorld, type World } from './worker-harness';
import { END_MS, addCall, numbered, runningCall, typesOf, wordsOf } from './world-calls';

jest.setTimeout(8_000);

let world: World;
withWorld((started) => (world = started));

describe('a worker that stops', () => {
  it('leaves a checkpoint and a visible message, with which another goes on at once', async () => {
    const { worker: first } = await runningCall(world, { count: 3 });

    first.drain.abort();
    await first.worker.stopped();

    expect((await world.records('c')).at(-1)).toMatchObject({
      fact: { type: 'checkpoint' },
      state: { released: true },
    });
    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    await world.tellEnd('c', END_MS);
    const second = world.startWorker('w-2');
    await second.work();
    expect(wordsOf(await world.records('c'))).toEqual(numbered(10));
    const seqs = world.events.map(({ detail }) => Number(detail.seq));
    expect([...new Set(seqs)]).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });

  it('lets go of a call that only waits for a bus that does not answer', async () => {
    await world.tellEnd('c', END_MS);
    world.bus.isDown = true;
    const { worker } = await runningCall(world, { type: 'completed' });

    worker.drain.abort();
    await worker.worker.stopped();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
  });

  it('hands back what it has not begun', async () => {
    await world.request(addCall(world, 'c').request);
    const worker = world.startWorker('w-1');
    worker.drain.abort();

    await worker.work();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    expect(await world.records('c')).toEqual([]);
  });

  it('keeps what may not begin yet invisible, and hands it back', async () => {
    await world.request(addCall(world, 'c').request);
    const worker = world.startWorker('w-1', {
      pace: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    const [received] = await world.queue.receive(undefined, 1);
    const begun = worker.worker.take(received!);
    // It would be visible again after a second, to other workers, too: the queue says so when asked.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(await world.queue.receive(undefined, 0)).toEqual([]);
    expect(await Promise.race([begun, Promise.resolve('not begun')])).toBe('not begun');

    worker.drain.abort();
    await begun;
    await worker.worker.stopped();

    expect(await world.records('c')).toEqual([]);
    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
  });

  it('ends within its limit also when the store is out of order', async () => {
    const { worker } = await runningCall(world);
    world.store.faults.arm({ kind: 'throttled', forMs: 60_000 });

    worker.drain.abort();
    await worker.worker.stopped();

    world.store.faults.disarm();
    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
  });
});

describe('a worker that loses its call', () => {
  it('touches neither bus nor message any more', async () => {
    const { worker } = await runningCall(world, { type: 'started' });
    world.store.faults.arm({ kind: 'competing-writer', target: `${CALL_LOG_TABLE_NAME}/PutItem` });

    await worker.worker.stopped();

    const records = await world.records('c');
    expect(records.at(-1)).toMatchObject({ writer: 'competitor', fact: { type: 'claimed' } });
    const published = world.events.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.events).toHaveLength(published);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 1 });
    expect(worker.active.all()).toEqual([]);
  });
});

describe('a message that another worker holds', () => {
  const heldCall = () => runningCall(world, { workerId: 'owner', count: 2 });

  it('is watched over as long as its owner is alive, and let go of when that ends the call', async () => {
    const { worker: owner, received } = await heldCall();
    const other = world.startWorker('other');

    await other.worker.take(received);
    await until(() => other.active.standingBy === 1);
    expect(other.active.room).toBe(10);
    await world.tellEnd('c', END_MS);
    await Promise.all([owner.worker.stopped(), other.worker.stopped()]);

    const records = await world.records('c');
    expect(typesOf(records).filter((type) => type === 'claimed')).toHaveLength(1);
    expect(wordsOf(records)).toEqual(numbered(10));
    expect(other.active.all()).toEqual([]);
    const seqs = world.events.map(({ detail }) => detail.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  it('goes on here when its owner is gone', async () => {
    const { worker: owner, received } = await heldCall();
    const other = world.startWorker('other');
    await other.worker.take(received);
    await until(() => other.active.standingBy === 1);

    owner.view.muted = true;
    await world.until('c', 'claimed', 2);
    // What the old owner still wants to say is fenced.
    await world.tellEnd('c', END_MS);
    await Promise.all([owner.worker.stopped(), other.worker.stopped()]);

    expect(wordsOf(await world.records('c'))).toEqual(numbered(10));
  });

  it('of a worker that never was is taken over at once', async () => {
    const { request } = addCall(world, 'c');
    const dead = writerFor(world.store.log, 'c', {
      workerId: 'dead',
      state: { ...stateFor('c'), legs: request.legs, messageId: 'm-0' },
    });
    await dead.append({ type: 'claimed', messageId: 'm-0' });
    await world.tellEnd('c', END_MS);
    const worker = world.startWorker('w-1');

    await worker.worker.take({
      messageId: 'm-0',
      receiptHandle: 'r',
      body: JSON.stringify(request),
    });
    await worker.worker.stopped();

    const records = await world.records('c');
    expect(records.slice(0, 2).map(({ writer }) => writer)).toEqual(['dead', 'w-1']);
    expect(wordsOf(records)).toEqual(numbered(10));
  });
});
