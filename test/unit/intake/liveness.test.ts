import { Liveness } from '../../../functions/worker/intake/liveness';
import { VirtualClock } from '../../support/virtual-clock';

/** Counters of workers, kept by hand; each request takes `latencyMs`. */
class FakeStore {
  readonly beats = new Map<string, number>();
  failing = false;
  constructor(
    private readonly clock: VirtualClock,
    private readonly latencyMs = 0,
  ) {}

  async beat(workerId: string): Promise<void> {
    await this.clock.sleep(this.latencyMs);
    if (this.failing) throw new Error('down');
    this.beats.set(workerId, (this.beats.get(workerId) ?? 0) + 1);
  }

  async beatsOf(workerId: string): Promise<number | undefined> {
    await this.clock.sleep(this.latencyMs);
    if (this.failing) throw new Error('down');
    return this.beats.get(workerId);
  }
}

function setUp(latencyMs = 0) {
  const clock = new VirtualClock();
  const store = new FakeStore(clock, latencyMs);
  const stop = new AbortController();
  const worker = (workerId: string) =>
    new Liveness({ workerId, store, clock, signal: stop.signal });
  return { clock, store, stop, worker };
}

const never = new AbortController().signal;

describe('Liveness', () => {
  it('takes a worker whose counter moves for alive', async () => {
    const { clock, worker, stop } = setUp();
    await clock.drive(worker('a').start());

    expect(await clock.drive(worker('b').isGone('a', never))).toBe(false);
    stop.abort();
  });

  it('takes a worker whose counter stands still for gone, in seconds', async () => {
    const { clock, worker, stop } = setUp();
    await clock.drive(worker('a').start());
    stop.abort();
    const before = clock.monotonicMs();

    expect(await clock.drive(worker('b').isGone('a', never))).toBe(true);
    expect(clock.monotonicMs() - before).toBeLessThanOrEqual(4_500);
  });

  it('takes a worker that has no counter for gone at once', async () => {
    const { clock, worker } = setUp();
    const before = clock.monotonicMs();

    expect(await clock.drive(worker('b').isGone('nobody', never))).toBe(true);
    expect(clock.monotonicMs()).toBe(before);
  });

  it('judges nobody by a store that does not answer for a moment', async () => {
    const { clock, store, worker, stop } = setUp();
    await clock.drive(worker('a').start());
    store.failing = true;
    void clock.sleep(9_000).then(() => (store.failing = false));

    expect(await clock.drive(worker('b').isGone('a', never))).toBe(false);
    stop.abort();
  });

  it('leaves it to the log when the store does not answer for long', async () => {
    const { clock, store, worker, stop } = setUp();
    store.failing = true;
    const before = clock.monotonicMs();

    await clock.drive(worker('a').start());
    const gone = await clock.drive(worker('b').isGone('a', never));

    expect(gone).toBe(true);
    expect(clock.monotonicMs() - before).toBeLessThan(25_000);
    stop.abort();
  });

  it('still moves its counter once a second when each write takes five', async () => {
    const { clock, store, worker, stop } = setUp(5_000);
    await clock.drive(worker('a').start());
    const before = store.beats.get('a') ?? 0;

    await clock.drive(clock.sleep(20_000));

    expect((store.beats.get('a') ?? 0) - before).toBeGreaterThanOrEqual(14);
    stop.abort();
  });

  it('waits for its first beat to stand', async () => {
    const { clock, store, worker, stop } = setUp();
    store.failing = true;
    void clock.sleep(5_000).then(() => (store.failing = false));

    await clock.drive(worker('a').start());

    expect(store.beats.get('a')).toBe(1);
    stop.abort();
  });

  it('begins once, however often it is asked to', async () => {
    const { clock, store, worker, stop } = setUp();
    const liveness = worker('a');

    await clock.drive(Promise.all([liveness.start(), liveness.start(), liveness.start()]));

    expect(store.beats.get('a')).toBe(1);
    stop.abort();
  });

  it('ends a watch that is aborted, without a verdict', async () => {
    const { clock, worker, stop } = setUp();
    await clock.drive(worker('a').start());
    stop.abort();
    const watch = new AbortController();
    void clock.sleep(1_000).then(() => watch.abort());

    expect(await clock.drive(worker('b').isGone('a', watch.signal))).toBe(false);
  });
});
