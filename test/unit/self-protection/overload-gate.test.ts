import { OverloadGate } from '../../../functions/worker/self-protection/overload-gate';
import { VirtualClock } from '../../support/virtual-clock';

function prepare() {
  let calls = 100;
  const changes: boolean[] = [];
  const gate = new OverloadGate({
    clock: new VirtualClock(),
    calls: () => calls,
    onChange: (isOpen) => void changes.push(isOpen),
  });
  /** So many seconds in which every sample of the loop's lag is this one. */
  const seconds = (count: number, lagMs: number) => {
    for (let second = 0; second < count; second += 1) {
      for (let sample = 0; sample < 50; sample += 1) gate.loopWasLate(lagMs);
      gate.look();
    }
  };
  return { gate, changes, seconds, have: (count: number) => (calls = count) };
}

describe('OverloadGate', () => {
  it('is open at first and while the worker keeps up', () => {
    const { gate, seconds } = prepare();

    seconds(100, 60);

    expect(gate.isOpen).toBe(true);
  });

  it('closes when the event loop is late for three looks in a row', () => {
    const { gate, seconds } = prepare();

    seconds(2, 100);
    seconds(1, 0);
    seconds(2, 100);
    expect(gate.isOpen).toBe(true);
    seconds(1, 100);

    expect(gate.isOpen).toBe(false);
  });

  it('closes when the loop stands still, however few samples there are', () => {
    const { gate } = prepare();
    for (let look = 0; look < 3; look += 1) {
      gate.loopWasLate(900);
      gate.look();
    }

    expect(gate.isOpen).toBe(false);
  });

  it('does not mind single pauses', () => {
    const { gate } = prepare();
    for (let look = 0; look < 20; look += 1) {
      for (let sample = 0; sample < 45; sample += 1) gate.loopWasLate(sample < 2 ? 300 : 1);
      gate.look();
    }

    expect(gate.isOpen).toBe(true);
  });

  it('closes when chunks are sent late although the loop is quick', () => {
    const { gate } = prepare();
    for (let look = 0; look < 3; look += 1) {
      for (let chunk = 0; chunk < 100; chunk += 1) gate.chunkWasLate(chunk < 90 ? 1 : 120);
      gate.look();
    }

    expect(gate.isOpen).toBe(false);
  });

  it('does not close for the few chunks of one call', () => {
    const { gate } = prepare();
    for (let look = 0; look < 10; look += 1) {
      for (let chunk = 0; chunk < 5; chunk += 1) gate.chunkWasLate(1_500);
      gate.look();
    }

    expect(gate.isOpen).toBe(true);
  });

  it('opens again only when it was calm for a while, and well below', async () => {
    const { gate, changes, seconds } = prepare();
    seconds(3, 100);
    let taken = false;
    void gate.opened().then(() => (taken = true));

    seconds(30, 50);
    seconds(2, 5);
    seconds(1, 50);
    await Promise.resolve();
    expect([gate.isOpen, taken]).toEqual([false, false]);
    seconds(3, 5);
    await new Promise(setImmediate);

    expect([gate.isOpen, taken]).toEqual([true, true]);
    expect(changes).toEqual([false, true]);
  });

  it('takes longer to open each time that opening proved wrong, and forgets that in a good minute', () => {
    const { gate, seconds } = prepare();
    const calmSeconds = () => {
      seconds(3, 100);
      let calm = 0;
      for (; !gate.isOpen; calm += 1) seconds(1, 0);
      return calm;
    };

    expect([calmSeconds(), calmSeconds(), calmSeconds()]).toEqual([3, 6, 12]);
    for (let times = 0; times < 6; times += 1) calmSeconds();
    expect(calmSeconds()).toBe(60);
    seconds(60, 0);
    expect(calmSeconds()).toBe(3);
  });

  it('lets in as many as usual until it is late, then half as many with each look', () => {
    const { gate, seconds } = prepare();
    seconds(20, 60);
    const shares = [gate.share];
    for (let look = 0; look < 2; look += 1) {
      seconds(1, 100);
      shares.push(gate.share);
    }

    expect(shares).toEqual([1, 1 / 2, 1 / 4]);
  });

  it('lets in few when it opens again, more with each calm look, and all in the end', () => {
    const { gate, seconds } = prepare();
    seconds(3, 100);
    while (!gate.isOpen) seconds(1, 0);
    const shares = [gate.share];
    seconds(1, 0);
    shares.push(gate.share);
    seconds(10, 50);
    shares.push(gate.share);
    seconds(10, 0);
    shares.push(gate.share);

    expect(shares).toEqual([1 / 8, 3 / 16, 3 / 16, 1]);
  });

  it('never lets in nobody while it is open', () => {
    const { gate, seconds } = prepare();
    for (let times = 0; times < 20; times += 1) {
      seconds(2, 100);
      seconds(1, 60);
    }

    expect(gate.isOpen).toBe(true);
    expect(gate.share).toBe(1 / 8);
  });

  it('lets in as many as usual while the worker has few calls', () => {
    const { gate, seconds, have } = prepare();
    seconds(2, 100);
    have(49);

    expect(gate.share).toBe(1);
  });

  it('never closes while the worker has few calls, and opens when it has few again', () => {
    const { gate, seconds, have } = prepare();
    have(49);
    seconds(10, 500);
    expect(gate.isOpen).toBe(true);
    have(50);
    seconds(1, 500);
    expect(gate.isOpen).toBe(false);

    have(49);
    seconds(1, 500);

    expect(gate.isOpen).toBe(true);
  });

  it('opens for good when the worker stops', async () => {
    const clock = new VirtualClock();
    const gate = new OverloadGate({ clock, calls: () => 100 });
    const stop = new AbortController();
    for (let look = 0; look < 3; look += 1) {
      gate.loopWasLate(500);
      gate.look();
    }
    const running = gate.run(stop.signal);
    const opened = gate.opened();

    stop.abort();
    await Promise.all([running, opened]);

    expect(gate.isOpen).toBe(true);
  });
});
