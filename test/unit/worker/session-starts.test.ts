import { SessionStarts } from '../../../functions/worker/session-starts';
import { VirtualClock } from '../../support/virtual-clock';

const never = new AbortController().signal;

describe('SessionStarts', () => {
  it('spreads starts evenly over the second', async () => {
    const clock = new VirtualClock();
    const starts = new SessionStarts(() => 10, clock);
    const at: number[] = [];

    await clock.drive(
      Promise.all(
        Array.from({ length: 5 }, () =>
          starts.acquire(never).then(() => at.push(clock.monotonicMs())),
        ),
      ),
    );

    expect(at).toEqual([1_000, 1_100, 1_200, 1_300, 1_400]);
  });

  it('saves up nothing while nobody starts', async () => {
    const clock = new VirtualClock();
    const starts = new SessionStarts(() => 10, clock);
    await clock.drive(clock.sleep(60_000));
    const at: number[] = [];

    await clock.drive(
      Promise.all([1, 2].map(() => starts.acquire(never).then(() => at.push(clock.monotonicMs())))),
    );

    expect(at).toEqual([61_000, 61_100]);
  });

  it('lets go of who waits when that is aborted', async () => {
    const clock = new VirtualClock();
    const starts = new SessionStarts(() => 1, clock);
    await starts.acquire(never);
    const stop = new AbortController();
    const waiting = starts.acquire(stop.signal);

    stop.abort();

    await expect(waiting).resolves.toBeUndefined();
  });

  it('gives the turn of one who left to the next', async () => {
    const clock = new VirtualClock();
    const starts = new SessionStarts(() => 1, clock);
    const beganMs = clock.monotonicMs();
    await starts.acquire(never);
    const stop = new AbortController();
    const left = Array.from({ length: 20 }, () => starts.acquire(stop.signal));
    let startedMs = NaN;
    const next = starts.acquire(never).then(() => (startedMs = clock.monotonicMs()));

    stop.abort();
    await clock.drive(Promise.all([...left, next]));

    expect(startedMs - beganMs).toBe(1_000);
  });
});
