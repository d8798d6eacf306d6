import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import type { CallRecord } from '../../../shared/record';
import { facts } from '../../support/call-records';
import { numberOf } from '../../support/mkv-builder';
import { START_MS, goldenCall, type GoldenCall } from '../../story/fake-edges';
import { requestFor, stateFor, writerFor } from '../log/store';
import { startWorld, type World } from './worker-harness';

jest.setTimeout(8_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.reset());
afterAll(() => world.stop());

const SECONDS = 8;
const END_MS = START_MS + SECONDS * 1000;

/** A call of one party that says a word every 800 ms, each a segment of its own; in the stream. */
function call(callId: string, seconds = SECONDS): GoldenCall {
  const words = Array.from({ length: (seconds * 1000) / 800 }, (_, i) => ({
    word: i + 1,
    startSample: i * 6_400 + 400,
    endSample: i * 6_400 + 1_200,
  }));
  const made = goldenCall(callId, seconds, { caller: words });
  world.calls.set(callId, made);
  return made;
}

const wordsOf = (records: readonly CallRecord[]) =>
  records.flatMap(({ fact }) =>
    fact.type === 'segment' ? fact.words.map(({ text }) => text) : [],
  );
const typesOf = (records: readonly CallRecord[]) => records.map(({ fact }) => fact.type);
const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1));

/** Resolves once a condition holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a request', () => {
  it('becomes a transcript, a list entry and events, and its message goes last', async () => {
    const { request } = call('c');
    await world.tellEnd('c', END_MS);
    await world.request({ ...request, attributes: { queue: 'sales' } });
    const worker = world.startWorker('w-1');

    await worker.poll();
    await worker.worker.stopped();

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
    const { request } = call('c');
    await world.tellEnd('c', END_MS);
    await world.request(request);
    world.bus.isDown = true;
    const worker = world.startWorker('w-1');

    await worker.poll();
    await world.until('c', 'completed');
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

    await worker.poll();
    await worker.worker.stopped();

    const records = await world.records('c');
    expect(wordsOf(records)).toEqual(['7']);
    expect(await world.store.item('c')).toMatchObject({
      channels: { L: [{ S: 'caller' }, { S: 'agent' }] },
    });
  });

  it('fails with the reason when nothing can be done, and the worker lives', async () => {
    const { request } = call('c');
    await world.request({ ...request, legs: [{ ...request.legs[0], track: 'NOBODY' }] });
    await world.tellEnd('c', END_MS);
    const worker = world.startWorker('w-1');

    await worker.poll();
    await worker.worker.stopped();

    expect((await world.records('c')).at(-1)?.fact).toMatchObject({
      type: 'failed',
      code: 'unknown-track',
    });
    expect(await world.store.item('c')).toMatchObject({ errorCode: { S: 'unknown-track' } });
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });
});

describe('a malformed request', () => {
  it('that names a call fails it, with event and list entry, and is parked', async () => {
    await world.request({ schemaVersion: 1, callId: 'bad', legs: 'secret' });
    const worker = world.startWorker('w-1');

    await worker.poll();
    await worker.worker.stopped();

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

    await worker.poll();
    await worker.worker.stopped();

    expect(await world.parked()).toMatchObject([{ body: 'no JSON' }]);
    expect(world.events).toEqual([]);
  });

  it('for a live call leaves it unharmed', async () => {
    const { request } = call('c');
    await world.request(request);
    const worker = world.startWorker('w-1');
    await worker.poll();
    await world.until('c', 'segment', 2);

    await world.request({ ...request, legs: [] });
    await worker.poll();
    await until(async () => (await world.parked()).length === 1);

    expect(typesOf(await world.records('c'))).not.toContain('failed');
    expect(worker.active.size).toBe(1);
  });
});

describe('another delivery', () => {
  it('of the message renews the receipt with which it is deleted', async () => {
    const { request } = call('c');
    await world.request(request);
    const worker = world.startWorker('w-1');
    const [received] = await worker.poll();
    await world.until('c', 'segment');

    await worker.worker.take({ ...received!, receiptHandle: 'renewed' });

    expect(worker.active.get(received!.messageId)?.message.receiptHandle).toBe('renewed');
    expect(typesOf(await world.records('c')).filter((type) => type === 'claimed')).toHaveLength(1);
  });

  it('of the request in another message is deleted', async () => {
    const { request } = call('c');
    await world.request(request);
    const worker = world.startWorker('w-1');
    await worker.poll();
    await world.until('c', 'segment');

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

    await worker.poll();
    await worker.worker.stopped();

    expect(world.events.map(({ detail }) => detail.seq)).toEqual([2, 3]);
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });

  it('with a new start for a finished call reopens it, and repeats nothing', async () => {
    const whole = call('c', 16);
    const first = { ...whole, fragments: whole.fragments.slice(0, 8) };
    world.calls.set('c', first);
    await world.tellEnd('c', END_MS);
    await world.request(whole.request);
    const worker = world.startWorker('w-1');
    await worker.poll();
    await worker.worker.stopped();

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

describe('a worker that stops', () => {
  it('leaves a checkpoint and a visible message, with which another goes on at once', async () => {
    const { request } = call('c');
    await world.request(request);
    const first = world.startWorker('w-1');
    await first.poll();
    await world.until('c', 'segment', 3);

    first.drain.abort();
    await first.worker.stopped();

    expect((await world.records('c')).at(-1)).toMatchObject({
      fact: { type: 'checkpoint' },
      state: { released: true },
    });
    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    await world.tellEnd('c', END_MS);
    const second = world.startWorker('w-2');
    await second.poll();
    await second.worker.stopped();
    expect(wordsOf(await world.records('c'))).toEqual(numbered(10));
    const seqs = world.events.map(({ detail }) => Number(detail.seq));
    expect([...new Set(seqs)]).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });

  it('lets go of a call that only waits for a bus that does not answer', async () => {
    const { request } = call('c');
    await world.tellEnd('c', END_MS);
    await world.request(request);
    world.bus.isDown = true;
    const worker = world.startWorker('w-1');
    await worker.poll();
    await world.until('c', 'completed');

    worker.drain.abort();
    await worker.worker.stopped();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
  });

  it('hands back what it has not begun', async () => {
    await world.request(call('c').request);
    const worker = world.startWorker('w-1');
    worker.drain.abort();

    await worker.poll();
    await worker.worker.stopped();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    expect(await world.records('c')).toEqual([]);
  });

  it('ends within its limit also when the store is out of order', async () => {
    await world.request(call('c').request);
    const worker = world.startWorker('w-1');
    await worker.poll();
    await world.until('c', 'segment');
    world.store.faults.arm({ kind: 'throttled', forMs: 60_000 });

    worker.drain.abort();
    await worker.worker.stopped();

    world.store.faults.disarm();
    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
  });
});

describe('a worker that loses its call', () => {
  it('touches neither bus nor message any more', async () => {
    const { request } = call('c');
    await world.request(request);
    const worker = world.startWorker('w-1');
    await worker.poll();
    await world.until('c', 'started');
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
  async function runningCall() {
    const { request } = call('c');
    await world.request(request);
    const owner = world.startWorker('owner');
    const [received] = await owner.poll();
    await world.until('c', 'segment', 2);
    return { owner, received: received! };
  }

  it('is watched over as long as its owner is alive, and let go of when that ends the call', async () => {
    const { owner, received } = await runningCall();
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
    const { owner, received } = await runningCall();
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
    const { request } = call('c');
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

describe('a call that cannot go on', () => {
  it.each([
    ['log-unreadable', { nothing: 'known' }],
    ['log-too-new', { schemaVersion: 2 }],
  ])('for its log ends failed, keeps what it has and its message: %s', async (code, record) => {
    const { request } = call('c');
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

    await worker.poll();
    await worker.worker.stopped();

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
    const { request } = call('c');
    const writer = writerFor(world.store.log, 'c', {
      workerId: 'gone',
      state: { ...stateFor('c'), claimsWithoutProgress: 5, released: true },
    });
    await writer.append(facts.claimed());
    await world.request(request);
    const worker = world.startWorker('w-1');

    await worker.poll();
    await worker.worker.stopped();

    expect((await world.records('c')).at(-1)?.fact).toMatchObject({
      type: 'failed',
      code: 'poison',
    });
    expect(await world.parked()).toHaveLength(1);
    expect(await world.store.item('c')).toMatchObject({ errorCode: { S: 'poison' } });
  });
});

describe('a call whose message has been hidden for eleven hours', () => {
  it('goes on with a fresh message', async () => {
    const { request } = call('c');
    await world.request(request);
    const worker = world.startWorker('w-1');
    const [old] = await worker.poll();
    await world.until('c', 'segment', 2);

    worker.active.get(old!.messageId)?.control?.renew();
    await worker.worker.stopped();

    expect(await world.depth()).toEqual({ visible: 1, inFlight: 0 });
    await world.tellEnd('c', END_MS);
    const [fresh] = await worker.poll();
    await worker.worker.stopped();
    expect(fresh?.messageId).not.toBe(old?.messageId);
    expect(wordsOf(await world.records('c'))).toEqual(numbered(10));
    expect(await world.depth()).toEqual({ visible: 0, inFlight: 0 });
  });
});
