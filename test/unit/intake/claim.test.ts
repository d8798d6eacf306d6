import { claimCall, type ClaimOptions } from '../../../functions/worker/intake/claim';
import type { CallWriter } from '../../../functions/worker/log/call-writer';
import { CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import { systemClock } from '../../../shared/clock';
import type { CallRequest } from '../../../shared/call';
import type { CallState } from '../../../shared/record';
import { STREAM_ARN, facts } from '../../support/call-records';
import { TTL_SECONDS, requestFor, stateFor, writerFor, withStore, type Store } from '../log/store';

let store: Store;
withStore((started) => (store = started));

function claimAs(
  workerId: string,
  request: CallRequest,
  messageId = 'm-1',
  options: Partial<ClaimOptions> = {},
) {
  const { log } = store;
  return claimCall(request, messageId, { log, workerId, clock: systemClock, ...options });
}

/** A call that `w-1` has claimed and begun, in a state of these changes. */
async function begun(callId: string, changes: Partial<CallState> = {}): Promise<CallWriter> {
  const state = stateFor(callId, { messageId: 'm-1', ...changes });
  const writer = writerFor(store.log, callId, { workerId: 'w-1', state });
  await writer.append(facts.claimed());
  await writer.append(facts.started(callId));
  return writer;
}

function startingAt(callId: string, startFragmentNumber: string): CallRequest {
  return {
    ...requestFor(callId),
    legs: [{ channel: 'caller', streamArn: STREAM_ARN, startFragmentNumber }],
  };
}

async function damage(callId: string, seq: number, record: object): Promise<void> {
  const [item] = await store.log.items(callId, { fromSeq: seq, limit: 1, forward: true });
  await store.putItem({ ...item, record: { S: JSON.stringify(record) } }, CALL_LOG_TABLE_NAME);
}

describe('claimCall', () => {
  it('claims a new call', async () => {
    const claim = await claimAs('w-1', requestFor('new'));

    expect(claim).toMatchObject({ type: 'claimed', request: requestFor('new'), formerEndMs: null });
    expect(await store.log.last('new')).toMatchObject({
      seq: 1,
      writer: 'w-1',
      fact: { type: 'claimed', messageId: 'm-1' },
      state: { messageId: 'm-1', claimsWithoutProgress: 1, released: false },
    });
    const expiresAt = await store.log.expiresAt('new');
    expect(expiresAt).toBeGreaterThan(Date.now() / 1000 + TTL_SECONDS - 60);
  });

  it('lets one of many have a call', async () => {
    const workers = Array.from({ length: 8 }, (_, i) => `w-${i}`);

    const claims = await Promise.allSettled(workers.map((id) => claimAs(id, requestFor('race'))));

    const types = claims.map((each) =>
      each.status === 'fulfilled' ? each.value.type : (each.reason as { code: string }).code,
    );
    expect(types.filter((type) => type === 'claimed')).toHaveLength(1);
    expect(
      types.filter((type) => type !== 'claimed' && type !== 'fenced' && type !== 'held'),
    ).toEqual([]);
  });

  it('leaves a call to its worker as long as that may be alive', async () => {
    await begun('held');

    expect(await claimAs('w-2', requestFor('held'))).toEqual({ type: 'held', owner: 'w-1' });
    expect(await store.log.last('held')).toMatchObject({ seq: 2 });
  });

  it('takes over from a worker that is gone, with the request and expiry of the log', async () => {
    await begun('taken');
    const later = { ...requestFor('taken'), options: { language: 'de-DE' } };

    const claim = await claimAs('w-2', later, 'm-1', { gone: 'w-1' });

    expect(claim).toMatchObject({ type: 'claimed', request: { callId: 'taken' } });
    expect(await store.log.last('taken')).toMatchObject({ seq: 3, writer: 'w-2' });
    const [item] = await store.log.items('taken', { fromSeq: 3, limit: 1, forward: true });
    expect(item?.expiresAt?.N).toBe('2000000000');
  });

  it('gives a worker its own call back', async () => {
    await begun('own');

    expect(await claimAs('w-1', requestFor('own'))).toMatchObject({ type: 'claimed' });
  });

  it('takes a call that was let go at once, with any message', async () => {
    const writer = await begun('released');
    writer.state.released = true;
    await writer.append(facts.checkpoint());

    const claim = await claimAs('w-2', requestFor('released'), 'm-fresh');

    expect(claim).toMatchObject({ type: 'claimed' });
    expect(await store.log.last('released')).toMatchObject({
      state: { messageId: 'm-fresh', released: false, claimsWithoutProgress: 1 },
    });
    expect(await claimAs('w-3', requestFor('released'), 'm-1')).toMatchObject({
      type: 'duplicate',
    });
  });

  it('tells another message for a live call from the one that holds it', async () => {
    await begun('live');

    const claim = await claimAs('w-2', requestFor('live'), 'm-2', { gone: 'w-1' });

    expect(claim).toMatchObject({ type: 'duplicate', last: { seq: 2 } });
  });

  it('gives a call up as poison after five claims without progress, and not before', async () => {
    await begun('poison', { claimsWithoutProgress: 4 });
    const fifth = await claimAs('w-1', requestFor('poison'));

    const sixth = await claimAs('w-1', requestFor('poison'));

    expect([fifth.type, sixth.type]).toEqual(['claimed', 'poison']);
    expect(await store.log.last('poison')).toMatchObject({ seq: 3 });
  });

  it('fences the worker that had the call', async () => {
    const old = await begun('fence');
    await claimAs('w-2', requestFor('fence'), 'm-1', { gone: 'w-1' });

    await expect(old.append(facts.segment('late'))).rejects.toMatchObject({ code: 'fenced' });
  });

  describe('of a finished call', () => {
    async function finished(callId: string, request: CallRequest): Promise<CallWriter> {
      const state = stateFor(callId, { messageId: 'm-1', sampleRateHz: 8_000, endTimeMs: 777 });
      const writer = writerFor(store.log, callId, { workerId: 'w-1', state });
      await writer.append({ type: 'started', channels: ['caller'], request });
      writer.state.legs = request.legs;
      writer.state.marks = { caller: 480_000 };
      await writer.append(facts.completed());
      return writer;
    }

    it.each([
      ['the same message', 'm-1', startingAt('done', '100')],
      ['another message for the same start', 'm-2', startingAt('done', '100')],
      ['a request that names no start', 'm-3', requestFor('done')],
    ])('finds it finished for %s', async (_name, messageId, request) => {
      if ((await store.log.last('done')) === undefined)
        await finished('done', startingAt('done', '100'));

      const claim = await claimAs('w-2', request, messageId);

      expect(claim).toMatchObject({ type: 'finished', last: { seq: 2 } });
    });

    it('reopens it for a start that it has not heard of', async () => {
      await finished('again', startingAt('again', '100'));

      const claim = await claimAs('w-2', startingAt('again', '900'), 'm-2');

      expect(claim).toMatchObject({ type: 'claimed', formerEndMs: 777 });
      expect(await store.log.last('again')).toMatchObject({
        seq: 3,
        fact: { type: 'reopened', request: { legs: [{ startFragmentNumber: '900' }] } },
        state: {
          messageId: 'm-2',
          startedSeq: 3,
          endTimeMs: null,
          marks: { caller: 480_000 },
          gapsTo: { caller: 488_000 },
          claimsWithoutProgress: 1,
          legs: [{ startFragmentNumber: '900' }],
        },
      });
    });

    it('does not reopen it for a start of long ago', async () => {
      await finished('old', startingAt('old', '100'));
      const claim = await claimAs('w-2', startingAt('old', '900'), 'm-2');
      if (claim.type === 'claimed') await claim.writer.append(facts.completed());

      expect(await claimAs('w-2', startingAt('old', '100'), 'm-3')).toMatchObject({
        type: 'finished',
      });
    });

    it('knows where it ended before also after a take-over of the reopened call', async () => {
      await finished('twice', startingAt('twice', '100'));
      await claimAs('w-2', startingAt('twice', '900'), 'm-2');

      const claim = await claimAs('w-3', startingAt('twice', '100'), 'm-2', { gone: 'w-2' });

      expect(claim).toMatchObject({
        type: 'claimed',
        formerEndMs: 777,
        request: { legs: [{ startFragmentNumber: '900' }] },
      });
    });
  });

  describe('of a log that cannot be continued', () => {
    it.each([
      ['log-unreadable', {}],
      ['log-too-new', { schemaVersion: 99 }],
    ])('stands behind its end: %s', async (code, record) => {
      const writer = await begun(code);
      writer.state.marks = { caller: 800 };
      await writer.append(facts.segment('word'));
      await writer.append(facts.gap());
      await damage(code, 4, record);

      const claim = await claimAs('w-2', requestFor(code), 'm-2');

      expect(claim).toMatchObject({ type: 'unreadable', error: { code } });
      if (claim.type !== 'unreadable') return;
      await claim.writer?.append(facts.failed());
      expect(await store.log.last(code)).toMatchObject({
        seq: 5,
        // What was transcribed stays, and so does the chain of events.
        previousSeq: 4,
        state: { marks: { caller: 800 }, startedSeq: 2 },
      });
    });

    it('does the same when the request of the call cannot be read', async () => {
      await begun('request');
      await damage('request', 2, {});
      const writer = writerFor(store.log, 'request', {
        workerId: 'w-1',
        seq: 2,
        state: stateFor('request', { messageId: 'm-1', startedSeq: 2 }),
      });
      await writer.append(facts.checkpoint());

      const claim = await claimAs('w-2', requestFor('request'), 'm-1', { gone: 'w-1' });

      expect(claim).toMatchObject({ type: 'unreadable', writer: { seq: 3 } });
    });

    it('leaves the call to a worker that can read it and may be alive', async () => {
      await begun('newer');
      await damage('newer', 2, { schemaVersion: 2, writer: 'w-9' });

      expect(await claimAs('w-2', requestFor('newer'))).toEqual({ type: 'held', owner: 'w-9' });
    });

    it('writes nothing behind the end of a call', async () => {
      const writer = await begun('over');
      await writer.append(facts.completed());
      await damage('over', 3, { schemaVersion: 2 });

      expect(await claimAs('w-2', requestFor('over'))).toMatchObject({
        type: 'unreadable',
        writer: undefined,
      });
    });
  });
});
