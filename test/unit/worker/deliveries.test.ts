import { START_MS } from '../../story/fake-edges';
import { facts } from '../../support/call-records';
import { numberOf } from '../../support/mkv-builder';
import { until } from '../../support/until';
import { requestFor, stateFor, writerFor } from '../log/store';
import { withWorld, type World } from './worker-harness';
import { END_MS, addCall, numbered, runningCall, typesOf, wordsOf } from './world-calls';

jest.setTimeout(8_000);

let world: World;
withWorld((started) => (world = started));

describe('another delivery', () => {
  it('of the message renews the receipt with which it is deleted', async () => {
    const { worker, received } = await runningCall(world);

    await worker.worker.take({ ...received, receiptHandle: 'renewed' });

    expect(worker.active.get(received.messageId)?.message.receiptHandle).toBe('renewed');
    expect(typesOf(await world.records('c')).filter((type) => type === 'claimed')).toHaveLength(1);
  });

  it('of the request in another message is deleted', async () => {
    const { request, worker } = await runningCall(world);

    await world.request(request);
    await worker.poll();

    await until(() => worker.active.size === 1);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 1 });
  });

  it('of a finished call republishes what the bus may not have, and is deleted', async () => {
    const writer = writerFor(world.store.log, 'c', { state: stateFor('c', { messageId: 'm' }) });
    await writer.append(facts.started('c'));
    await writer.append(facts.segment('word'));
    writer.state.publishedSeq = 1;
    await writer.append(facts.completed());
    await world.request(requestFor('c'));
    const worker = world.startWorker('w-1');

    await worker.work();

    expect(world.events.map(({ detail }) => detail.seq)).toEqual([2, 3]);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('with a new start for a finished call reopens it, and repeats nothing', async () => {
    const whole = addCall(world, 'c', 16);
    const first = { ...whole, fragments: whole.fragments.slice(0, 8) };
    world.calls.set('c', first);
    await world.tellEnd('c', END_MS);
    await world.request(whole.request);
    const worker = world.startWorker('w-1');
    await worker.work();

    world.calls.set('c', whole);
    const legs = whole.request.legs.map(({ startTime: _startTime, ...leg }) => ({
      ...leg,
      startFragmentNumber: numberOf(9),
    }));
    await world.request({ ...whole.request, legs });
    await worker.poll();
    // The item still tells of the former end; the next one has to be another.
    await world.until('c', 'segment', wordsOf(await world.records('c')).length + 3);
    await world.tellEnd('c', START_MS + 16_000);
    await worker.worker.stopped();

    const records = await world.records('c');
    expect(typesOf(records).filter((type) => type === 'completed' || type === 'reopened')).toEqual([
      'completed',
      'reopened',
      'completed',
    ]);
    expect(wordsOf(records)).toEqual(numbered(20));
    expect(records.at(-1)?.fact).toMatchObject({ endMs: 16_000, account: { receivedMs: 16_000 } });
    expect(await world.store.item('c')).toMatchObject({ status: { S: 'completed' } });
  });
});

describe('a call whose message has been hidden for eleven hours', () => {
  it('goes on with a fresh message', async () => {
    const { worker, received: old } = await runningCall(world, { count: 2 });

    worker.active.get(old.messageId)?.control?.renew();
    await worker.worker.stopped();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    await world.tellEnd('c', END_MS);
    const [fresh] = await worker.poll();
    await worker.worker.stopped();
    expect(fresh?.messageId).not.toBe(old.messageId);
    expect(wordsOf(await world.records('c'))).toEqual(numbered(10));
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });
});
