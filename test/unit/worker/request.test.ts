import { START_MS, goldenCall } from '../../story/fake-edges';
import { withWorld, type World } from './worker-harness';
import { END_MS, addCall, numbered, runningCall, typesOf, wordsOf } from './world-calls';

jest.setTimeout(8_000);

let world: World;
withWorld((started) => (world = started));

describe('a request', () => {
  it('becomes a transcript, a list entry and events, and its message goes last', async () => {
    const { request } = addCall(world, 'c');
    await world.tellEnd('c', END_MS);
    await world.request({ ...request, attributes: { queue: 'sales' } });
    const worker = world.startWorker('w-1');

    await worker.work();

    const records = await world.records('c');
    expect(typesOf(records).slice(0, 3)).toEqual(['claimed', 'started', 'leg']);
    expect(wordsOf(records)).toEqual(numbered(10));
    expect(records.at(-1)).toMatchObject({
      fact: { type: 'completed', reason: 'ended', endMs: 8_000 },
    });
    expect(world.events.map(({ detailType }) => detailType)).toEqual([
      'Transcription Started',
      ...records.filter(({ fact }) => fact.type === 'segment').map(() => 'Transcript Segment'),
      'Transcription Completed',
    ]);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
    expect(await world.store.item('c')).toMatchObject({
      status: { S: 'completed' },
      attributes: { M: { queue: { S: 'sales' } } },
    });
  });

  it('keeps its message until the bus has acknowledged the end', async () => {
    await world.tellEnd('c', END_MS);
    world.bus.isDown = true;

    await runningCall(world, { type: 'completed' });
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await world.depth()).toEqual({ visible: 0, inFlight: 1 });
    expect(world.events).toEqual([]);
  });

  it('takes the legs that dispatch has added since it was written', async () => {
    const both = goldenCall('c', 3, {
      caller: [],
      agent: [{ word: 7, startSample: 0, endSample: 800 }],
    });
    world.calls.set('c', both);
    const [caller, agent] = both.request.legs;
    const member = (leg: object) => ({
      M: Object.fromEntries(Object.entries(leg).map(([name, text]) => [name, { S: String(text) }])),
    });
    await world.store.putItem({
      callId: { S: 'c' },
      legs: { L: [member(caller!), member(agent!)] },
      endTime: { S: new Date(START_MS + 3_000).toISOString() },
    });
    await world.request({ ...both.request, legs: [caller] });
    const worker = world.startWorker('w-1');

    await worker.work();

    const records = await world.records('c');
    expect(wordsOf(records)).toEqual(['7']);
    expect(await world.store.item('c')).toMatchObject({
      channels: { L: [{ S: 'caller' }, { S: 'agent' }] },
    });
  });

  it('fails with the reason when nothing can be done, and the worker lives', async () => {
    const { request } = addCall(world, 'c');
    await world.request({ ...request, legs: [{ ...request.legs[0], track: 'NOBODY' }] });
    await world.tellEnd('c', END_MS);
    const worker = world.startWorker('w-1');

    await worker.work();

    expect((await world.records('c')).at(-1)?.fact).toMatchObject({
      type: 'failed',
      code: 'unknown-track',
    });
    expect(await world.store.item('c')).toMatchObject({ errorCode: { S: 'unknown-track' } });
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });
});
