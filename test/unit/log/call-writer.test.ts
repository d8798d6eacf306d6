import { FencedError } from '../../../functions/worker/log/call-log';
import { CallscribeError } from '../../../shared/errors';
import type { CallRecord } from '../../../shared/record';
import { facts } from '../../support/call-records';
import { stateFor, writerFor } from './store';

/** A log that keeps what is appended, and fails when it is told to. */
class MemoryLog {
  readonly records: CallRecord[] = [];
  failures: unknown[] = [];
  atOnce = 0;
  mostAtOnce = 0;

  async append(record: CallRecord): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce -= 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.records.push(record);
  }
}

const REFUSED = new CallscribeError('unavailable', 'DynamoDB: ValidationException');
const ABORTED = new CallscribeError('aborted', 'stopped while retrying');

describe('CallWriter', () => {
  it('appends one record at a time, in the order of the calls, without holes', async () => {
    const log = new MemoryLog();
    const writer = writerFor(log, 'c', { seq: 4 });

    await Promise.all([1, 2, 3].map((at) => writer.append(facts.segment('w', at))));

    expect(log.mostAtOnce).toBe(1);
    expect(log.records.map(({ seq, fact }) => [seq, 'startMs' in fact && fact.startMs])).toEqual([
      [5, 1],
      [6, 2],
      [7, 3],
    ]);
    expect(writer.seq).toBe(7);
  });

  it('says in each record who wrote it and which event came before', async () => {
    const log = new MemoryLog();
    let count = 0;
    const writer = writerFor(log, 'c', { nonce: () => `n-${(count += 1)}` });

    for (const fact of [facts.claimed(), facts.started(), facts.checkpoint(), facts.gap()]) {
      await writer.append(fact);
    }

    expect(log.records.map((record) => record.previousSeq)).toEqual([null, null, 2, 2]);
    expect(log.records.map((record) => record.state.lastEventSeq)).toEqual([null, 2, 2, 4]);
    expect(log.records[3]).toMatchObject({ writer: 'worker-1', nonce: 'n-4', callId: 'c' });
  });

  it('writes the state as it is when the turn of the record comes', async () => {
    const log = new MemoryLog();
    const writer = writerFor(log, 'c');
    const first = writer.append(facts.claimed());
    writer.state.sessions = 9;
    await first;

    await writer.append(facts.checkpoint());
    writer.state.sessions = 10;

    expect(log.records.map(({ state }) => state.sessions)).toEqual([9, 9]);
  });

  it('notes where the request stands', async () => {
    const writer = writerFor(new MemoryLog(), 'c');
    await writer.append(facts.claimed());

    await writer.append(facts.started());

    expect(writer.state.startedSeq).toBe(2);
  });

  it('counts a claim as proved by a fact of audio only', async () => {
    const writer = writerFor(new MemoryLog(), 'c', {
      state: stateFor('c', { claimsWithoutProgress: 3 }),
    });

    await writer.append(facts.started());
    const before = writer.state.claimsWithoutProgress;
    await writer.append(facts.checkpoint());

    expect([before, writer.state.claimsWithoutProgress]).toEqual([3, 0]);
  });

  it('tells its publisher of each record, and each record how far that is', async () => {
    const log = new MemoryLog();
    const publisher = { publishedSeq: 7, offer: jest.fn() };
    const writer = writerFor(log, 'c', { seq: 9 });
    writer.publishThrough(publisher);

    await writer.append(facts.gap());

    expect(log.records[0]?.state.publishedSeq).toBe(7);
    expect(publisher.offer.mock.calls).toEqual([[log.records[0]]]);
  });

  describe('when an append fails', () => {
    it('gives the place of a refused record to the next, and forgets what it said', async () => {
      const log = new MemoryLog();
      log.failures = [undefined, REFUSED];
      const publisher = { publishedSeq: 0, offer: jest.fn() };
      const writer = writerFor(log, 'c', {
        state: stateFor('c', { claimsWithoutProgress: 2 }),
      });
      writer.publishThrough(publisher);
      await writer.append(facts.claimed());

      await expect(writer.append(facts.segment('too long'))).rejects.toBe(REFUSED);
      await writer.append(facts.failed());

      expect(log.records.map(({ seq, previousSeq }) => [seq, previousSeq])).toEqual([
        [1, null],
        [2, null],
      ]);
      expect(log.records[1]?.state).toMatchObject({ claimsWithoutProgress: 2, lastEventSeq: 2 });
      expect(publisher.offer).toHaveBeenCalledTimes(2);
    });

    it.each([
      ['was fenced', new FencedError('c', 1)],
      ['was aborted with an open outcome', ABORTED],
      ['failed for a reason nobody knows', new TypeError('bug')],
    ])('appends nothing more once it %s', async (_name, failure) => {
      const log = new MemoryLog();
      log.failures = [failure];
      const writer = writerFor(log, 'c');
      const first = writer.append(facts.segment('a'));
      const queued = writer.append(facts.segment('b'));

      await expect(first).rejects.toThrow();
      await expect(queued).rejects.toThrow();
      await expect(writer.append(facts.checkpoint())).rejects.toThrow();

      expect(log.records).toEqual([]);
      expect(writer.seq).toBe(0);
      expect(writer.state.lastEventSeq).toBeNull();
    });
  });
});
