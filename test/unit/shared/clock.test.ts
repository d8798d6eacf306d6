import { systemClock, Ticker } from '../../../shared/clock';
import { VirtualClock } from '../../support/virtual-clock';

describe('systemClock', () => {
  it('wakes a sleeper at once when its signal aborts', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(3_600_000, stop.signal);

    stop.abort();

    await expect(sleep).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
  });
});

describe('Ticker', () => {
  it('calls a listener at every tick until it is taken back', async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(500, clock);
    let calls = 0;
    const stop = ticker.listen(() => (calls += 1));

    await clock.drive(clock.sleep(1_800));
    stop();
    await clock.drive(clock.sleep(1_800));

    expect(calls).toBe(3);
  });

  it('has no timer while nobody listens', async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(500, clock);
    const stop = ticker.listen(() => undefined);
    stop();

    await clock.drive(clock.sleep(2_000));

    expect(clock.sleeping).toBe(0);
  });
});
