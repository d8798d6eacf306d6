import { systemClock, TickedWait, Ticker } from '../../../shared/clock';
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
  it('wakes all who wait at the same tick', async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(500, clock);

    await clock.drive(Promise.all([ticker.next(), ticker.next()]));

    expect(clock.monotonicMs()).toBe(1_500);
  });

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

  it('has no timer while nobody listens or waits', async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(500, clock);
    const stop = ticker.listen(() => undefined);
    stop();

    await clock.drive(clock.sleep(2_000));

    expect(clock.sleeping).toBe(0);
  });
});

describe('TickedWait', () => {
  it('says false at each tick and true once the work is settled', async () => {
    const clock = new VirtualClock();
    const wait = new TickedWait(new Ticker(500, clock));
    const work = clock.sleep(1_200);
    const answers: boolean[] = [];

    do answers.push(await clock.drive(wait.settled(work)));
    while (answers.at(-1) === false);

    expect(answers).toEqual([false, false, true]);
  });

  it('counts a failure as settled and leaves it to the caller', async () => {
    const wait = new TickedWait(new Ticker(500, new VirtualClock()));
    const work = Promise.reject(new Error('no'));

    await expect(wait.settled(work)).resolves.toBe(true);
    await expect(work).rejects.toThrow('no');
  });

  it('adds one reaction to the work, however many ticks it takes', async () => {
    const clock = new VirtualClock();
    const wait = new TickedWait(new Ticker(500, clock));
    const work = clock.sleep(50_000);
    const then = jest.spyOn(work, 'then');

    while (!(await clock.drive(wait.settled(work))));

    expect(then).toHaveBeenCalledTimes(1);
  });

  it('goes on to the next work when the last was given up', async () => {
    const clock = new VirtualClock();
    const wait = new TickedWait(new Ticker(500, clock));
    const first = clock.sleep(600);
    await clock.drive(wait.settled(first));

    const second = clock.sleep(5_000);

    expect(await clock.drive(wait.settled(second))).toBe(false);
    expect(await clock.drive(wait.settled(second))).toBe(false);
  });
});
