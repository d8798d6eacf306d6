import {
  PulledBatches,
  type SteppingReader,
  type StepListener,
} from '../../../functions/worker/fragments/pulled-batches';
import type { ReaderEvent } from '../../../functions/worker/fragments/reader-batch';
import { Ticker } from '../../../shared/clock';
import { VirtualClock } from '../../support/virtual-clock';

const TICK_MS = 500;

class FakeReader implements SteppingReader {
  isOver = false;
  steps = 0;
  looks = 0;
  hangUps = 0;

  constructor(readonly listener: StepListener) {}

  step(): void {
    this.steps += 1;
  }

  lookAround(): void {
    this.looks += 1;
  }

  batch(events: readonly ReaderEvent[]) {
    return { status: 'behind', idleMs: this.looks, events } as const;
  }

  hangUp(): void {
    this.hangUps += 1;
  }

  close(): void {
    this.isOver = true;
    this.hangUp();
  }
}

function setUp() {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const readers: FakeReader[] = [];
  const batches = new PulledBatches({
    ticker: new Ticker(TICK_MS, clock),
    signal: stop.signal,
    begin: (listener) => {
      const reader = new FakeReader(listener);
      readers.push(reader);
      return reader;
    },
  });
  return { clock, stop, readers, batches };
}

const SKIPPED: readonly ReaderEvent[] = [{ type: 'skipped', reason: 'expired' }];

describe('PulledBatches', () => {
  it('begins at the first pull, and steps once for each', async () => {
    const { readers, batches } = setUp();
    const before = readers.length;

    const first = batches.next();
    readers[0]?.listener.stepped(SKIPPED);
    const { value } = await first;
    void batches.next();

    expect(before).toBe(0);
    expect(value).toEqual({ status: 'behind', idleMs: 0, events: SKIPPED });
    expect(readers.map(({ steps }) => steps)).toEqual([2]);
  });

  it('answers no tick before which there was a step, and the one after it', async () => {
    const { clock, readers, batches } = setUp();
    const first = batches.next();
    readers[0]?.listener.stepped(SKIPPED);
    await first;

    const { value } = await clock.drive(batches.next());

    expect(value).toEqual({ status: 'behind', idleMs: 2, events: [] });
  });

  it('keeps what comes after a tick for the next pull, and takes no step for that', async () => {
    const { clock, readers, batches } = setUp();

    const atTick = await clock.drive(batches.next());
    readers[0]?.listener.stepped(SKIPPED);
    const after = await batches.next();

    expect(atTick.value).toEqual({ status: 'behind', idleMs: 1, events: [] });
    expect(after.value).toEqual({ status: 'behind', idleMs: 1, events: SKIPPED });
    expect(readers[0]?.steps).toBe(1);
  });

  it('looks around only for somebody who waits', async () => {
    const { clock, readers, batches } = setUp();
    const first = batches.next();
    readers[0]?.listener.stepped([]);
    await first;

    await clock.drive(clock.sleep(5 * TICK_MS));

    expect(readers[0]?.looks).toBe(0);
  });

  it('tells a failure once, also one that came while nobody pulled', async () => {
    const { clock, readers, batches } = setUp();
    await clock.drive(batches.next());

    readers[0]?.listener.failed(new Error('broken'));

    await expect(batches.next()).rejects.toThrow('broken');
    await expect(batches.next()).resolves.toEqual({ done: true, value: undefined });
    expect(readers[0]?.isOver).toBe(true);
  });

  it('ends a pull under way when it is closed, and takes nothing after that', async () => {
    const { clock, readers, batches } = setUp();
    const waiting = batches.next();

    await batches.return();
    readers[0]?.listener.stepped(SKIPPED);

    await expect(waiting).resolves.toEqual({ done: true, value: undefined });
    await expect(batches.next()).resolves.toEqual({ done: true, value: undefined });
    await clock.drive(clock.sleep(2 * TICK_MS));
    expect(clock.sleeping).toBe(0);
  });

  it('hangs up when the signal aborts, and listens to it no more once it is closed', async () => {
    const { stop, readers, batches } = setUp();
    void batches.next();

    stop.abort();
    const atAbort = readers[0]?.hangUps;
    await batches.return();

    expect(atAbort).toBe(1);
    expect(readers[0]?.hangUps).toBe(2);
  });
});
