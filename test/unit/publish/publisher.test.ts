import { CallPublisher, type PublisherOptions } from '../../../functions/worker/publish/publisher';
import { CallscribeError } from '../../../shared/errors';
import { silentLogger } from '../../../shared/logger';
import { eventOf, type CallEvent, type CallRecord } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';
import { VirtualClock } from '../../support/virtual-clock';

/** A bus that acknowledges after a moment, unless it is down or told to refuse. */
class FakeBus {
  readonly got: CallEvent[] = [];
  down = false;
  refusals = 0;
  atOnce = 0;
  mostAtOnce = 0;

  async put(event: CallEvent): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await Promise.resolve();
    this.atOnce -= 1;
    if (this.down || (this.refusals -= 1) >= 0) {
      throw new CallscribeError('unavailable', 'EventBridge: down', { retryable: true });
    }
    this.got.push(event);
  }

  get seqs() {
    return this.got.map(({ detail }) => detail.seq);
  }
}

/** The log behind a publisher; counts how much is read back. */
class FakeLog {
  reads = 0;
  largest = 0;

  constructor(
    readonly records: readonly CallRecord[],
    readonly unreadable: ReadonlySet<number> = new Set(),
  ) {}

  page(_callId: string, fromSeq: number, limit: number) {
    this.reads += 1;
    const found = this.records.filter(({ seq }) => seq >= fromSeq).slice(0, limit);
    this.largest = Math.max(this.largest, found.length);
    return Promise.resolve({
      records: found.filter(({ seq }) => !this.unreadable.has(seq)),
      unreadable: found
        .filter(({ seq }) => this.unreadable.has(seq))
        .map(({ seq }) => new CallscribeError('log-unreadable', `record ${seq}`)),
      nextSeq: (found.at(-1)?.seq ?? fromSeq - 1) + 1,
    });
  }
}

const RECORDS = logOf(
  'c',
  facts.claimed(),
  facts.started(),
  ...Array.from({ length: 60 }, (_, i) => facts.segment('word', i * 100)),
  facts.completed(),
);
const EVENT_SEQS = RECORDS.filter((record) => eventOf(record)).map(({ seq }) => seq);

function setUp(options: Partial<PublisherOptions> = {}) {
  const bus = new FakeBus();
  const log = new FakeLog(RECORDS);
  const clock = new VirtualClock();
  const stop = new AbortController();
  const publisher = new CallPublisher({
    callId: 'c',
    bus,
    log,
    publishedSeq: 0,
    lastSeq: 0,
    clock,
    logger: silentLogger,
    signal: stop.signal,
    ...options,
  });
  return { bus, log, clock, stop, publisher };
}

describe('CallPublisher', () => {
  it('publishes records in order, one in flight, and passes over those that are no events', async () => {
    const { bus, log, publisher } = setUp();

    for (const record of RECORDS.slice(0, 10)) publisher.offer(record);
    await publisher.flush();

    expect(bus.seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(bus.mostAtOnce).toBe(1);
    expect(log.reads).toBe(0);
    expect(publisher.publishedSeq).toBe(10);
  });

  it('counts a record as published only when the bus has acknowledged it', async () => {
    const { bus, publisher, clock } = setUp();
    bus.refusals = 3;

    publisher.offer(RECORDS[0]!);
    publisher.offer(RECORDS[1]!);
    await new Promise((resolve) => setImmediate(resolve));
    const early = publisher.publishedSeq;
    await clock.drive(publisher.flush());

    expect(early).toBe(1);
    expect([publisher.publishedSeq, publisher.backlog]).toEqual([2, 0]);
    expect(bus.seqs).toEqual([2]);
  });

  it('goes on after whoever published before, from the log', async () => {
    const { bus, publisher } = setUp({ publishedSeq: 20, lastSeq: RECORDS.length });

    await publisher.flush();

    expect(bus.seqs).toEqual(EVENT_SEQS.filter((seq) => seq > 20));
  });

  it('reads back from the log what came while the bus was down, in order and once', async () => {
    const { bus, log, publisher, clock } = setUp();
    bus.down = true;
    for (const record of RECORDS) publisher.offer(record);
    void clock.sleep(600_000).then(() => (bus.down = false));

    await clock.drive(publisher.flush());

    expect(bus.seqs).toEqual(EVENT_SEQS);
    expect(log.reads).toBeGreaterThan(0);
    expect(log.largest).toBeLessThanOrEqual(50);
  });

  it('keeps a handful of records of an outage, however many there are', async () => {
    const records = Array.from({ length: 10_000 }, (_, i) => ({ ...RECORDS[2]!, seq: i + 1 }));
    const log = new FakeLog(records);
    const { bus, publisher, clock } = setUp({ log });
    bus.down = true;
    for (const record of records) publisher.offer(record);
    void clock.sleep(600_000).then(() => (bus.down = false));

    await clock.drive(publisher.flush());

    expect(bus.seqs).toEqual(records.map(({ seq }) => seq));
    // All but what was kept came back in pages of 50.
    expect(log.reads).toBe(Math.ceil((10_000 - 17) / 50));
  });

  it('leaves out a record that cannot be read, and goes on', async () => {
    const log = new FakeLog(RECORDS, new Set([4, 8]));
    const { bus, publisher } = setUp({ lastSeq: 8, log });

    await publisher.flush();

    expect(bus.seqs).toEqual([2, 3, 5, 6, 7]);
    expect(publisher.publishedSeq).toBe(8);
  });

  it('ends when the log has been deleted behind its back', async () => {
    const { bus, publisher } = setUp({ lastSeq: 5, log: new FakeLog([]) });

    await publisher.flush();

    expect(bus.seqs).toEqual([]);
    expect(publisher.backlog).toBe(0);
  });

  it('rejects a flush that is stopped before its end', async () => {
    const { bus, publisher, clock } = setUp();
    bus.down = true;
    publisher.offer(RECORDS[0]!);
    publisher.offer(RECORDS[1]!);
    void clock.sleep(5_000).then(() => publisher.stop());

    await expect(clock.drive(publisher.flush())).rejects.toMatchObject({ code: 'aborted' });
    expect(publisher.publishedSeq).toBe(1);
  });

  it('rejects a flush of what came when it had been stopped with nothing left to send', async () => {
    const { bus, publisher, stop } = setUp({ publishedSeq: 4, lastSeq: 4 });
    stop.abort();
    await new Promise((resolve) => setImmediate(resolve));
    publisher.offer(RECORDS[4] as CallRecord);

    await expect(publisher.flush()).rejects.toMatchObject({ code: 'aborted' });
    expect(bus.got).toEqual([]);
  });

  it('rejects a flush that is stopped while the bus does not answer', async () => {
    const put = () => new Promise<void>(() => undefined);
    const { publisher } = setUp({ bus: { put } });
    publisher.offer(RECORDS[0]!);
    publisher.offer(RECORDS[1]!);
    const flushed = publisher.flush();

    publisher.stop();

    await expect(flushed).rejects.toMatchObject({ code: 'aborted' });
    await expect(publisher.flush()).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each(['its signal aborts', 'it is stopped'])(
    'puts nothing more on the bus once %s',
    async (how) => {
      const { bus, publisher, stop } = setUp();
      publisher.offer(RECORDS[0]!);
      publisher.offer(RECORDS[1]!);
      await publishedUpTo(publisher, 2);

      if (how === 'it is stopped') publisher.stop();
      else stop.abort();
      for (const record of RECORDS.slice(2)) publisher.offer(record);
      await new Promise((resolve) => setTimeout(resolve, 5));

      expect(bus.seqs).toEqual([2]);
    },
  );

  describe('with partials', () => {
    const partial = (text: string) => ({ ...eventOf(RECORDS[2]!)!, detail: { text } });

    it('sends the newest when nothing else waits', async () => {
      const { bus, publisher } = setUp();
      publisher.offer(RECORDS[0]!);
      publisher.offer(RECORDS[1]!);
      publisher.offerPartial(partial('a'));
      publisher.offerPartial(partial('b'));

      await publishedUpTo(publisher, 2);
      await new Promise((resolve) => setTimeout(resolve, 5));

      expect(bus.got.map(({ detail }) => detail.text ?? detail.seq)).toEqual([2, 'b']);
    });

    it('does not repeat one that the bus refused', async () => {
      const { bus, publisher } = setUp();
      bus.refusals = 1;

      publisher.offerPartial(partial('a'));
      await new Promise((resolve) => setTimeout(resolve, 5));
      publisher.offerPartial(partial('b'));
      await new Promise((resolve) => setTimeout(resolve, 5));

      expect(bus.got.map(({ detail }) => detail.text)).toEqual(['b']);
    });
  });
});

async function publishedUpTo(publisher: CallPublisher, seq: number): Promise<void> {
  while (publisher.publishedSeq < seq) await new Promise((resolve) => setImmediate(resolve));
}
