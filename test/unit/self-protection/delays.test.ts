import { DelayHistogram } from '../../../functions/worker/self-protection/delay-histogram';
import { LoopLag } from '../../../functions/worker/self-protection/loop-lag';
import { SelfProtection } from '../../../functions/worker/self-protection/self-protection';
import type { Clock } from '../../../shared/clock';
import { systemClock } from '../../../shared/clock';

describe('DelayHistogram', () => {
  it('tells the delay that a share does not exceed, to the millisecond', () => {
    const delays = new DelayHistogram();
    for (let ms = 1; ms <= 100; ms += 1) delays.add(ms + 0.9);

    expect([0.5, 0.95, 0.99, 1].map((share) => delays.percentile(share))).toEqual([
      50, 95, 99, 100,
    ]);
  });

  it('is 0 without delays and after a reset', () => {
    const delays = new DelayHistogram();
    expect(delays.percentile(0.99)).toBe(0);
    delays.add(5);
    delays.reset();

    expect([delays.percentile(0.99), delays.count]).toEqual([0, 0]);
  });

  it('takes delays of any size', () => {
    const delays = new DelayHistogram();
    for (const ms of [-3, 1e9]) delays.add(ms);

    expect([delays.percentile(0.5), delays.percentile(1)]).toEqual([0, 2_000]);
  });
});

/** A clock whose sleeps take longer than asked for, by these milliseconds one after the other. */
function lateClock(lags: readonly number[], stop: AbortController): Clock & { nowMs: number } {
  let sleeps = 0;
  return {
    nowMs: 1_000,
    monotonicMs() {
      return this.nowMs;
    },
    epochMs: () => 0,
    sleep(ms) {
      this.nowMs += ms + (lags[sleeps] ?? 0);
      sleeps += 1;
      if (sleeps > lags.length) stop.abort();
      return Promise.resolve();
    },
  };
}

describe('LoopLag', () => {
  it('samples by how much sleeps are late', async () => {
    const stop = new AbortController();
    const samples: number[] = [];

    await new LoopLag(lateClock([0, 7, 300, 1], stop), (ms) => samples.push(ms)).run(stop.signal);

    expect(samples).toEqual([0, 7, 300, 1]);
  });
});

describe('SelfProtection', () => {
  it('counts audio as late from when it was there, which the loop may have noticed late', async () => {
    let nowMs = 1_000;
    const timers: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => timers.push(resolve));
    const clock = { monotonicMs: () => nowMs, epochMs: () => 0, sleep };
    const protection = new SelfProtection({ clock, calls: () => 0 });
    void protection.run(new AbortController().signal);
    nowMs += 50;
    timers[0]?.();
    await new Promise(setImmediate);
    const availableMs = protection.availableMs();
    nowMs += 12;

    protection.sent(availableMs);

    expect(protection.takeLatenessMs()).toBe(42);
    expect(protection.takeLatenessMs()).toBe(0);
  });

  it('sees a loop that is really blocked', async () => {
    const stop = new AbortController();
    const protection = new SelfProtection({ clock: systemClock, calls: () => 0 });
    void protection.run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));

    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();

    expect(protection.takeLoopLagMs()).toBeGreaterThan(100);
  });
});
