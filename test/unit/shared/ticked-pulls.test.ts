import { Ticker } from '../../../shared/clock';
import { TickedPulls } from '../../../shared/ticked-pulls';
import { VirtualClock } from '../../support/virtual-clock';

describe('TickedPulls', () => {
  it('gives what the iterator gives, and looks up at each tick before', async () => {
    const { clock, pulls, ticks } = pullsOf(async (sleep) => {
      await sleep(1_200);
      return { done: false, value: 'late' };
    });

    expect(await clock.drive(pulls.next())).toEqual({ done: false, value: 'late' });
    expect(ticks()).toBe(2);
  });

  it('does not look up while nothing is pulled, nor when it is closed', async () => {
    const { clock, pulls, ticks } = pullsOf(() =>
      Promise.resolve({ done: true, value: undefined }),
    );
    await clock.drive(pulls.next());

    await clock.drive(clock.sleep(1_800));
    expect(ticks()).toBe(0);
    pulls.close();
    await clock.drive(clock.sleep(1_800));

    expect(clock.sleeping).toBe(0);
  });

  it('fails as the iterator does', async () => {
    const { pulls } = pullsOf(() => Promise.reject(new Error('no')));

    await expect(pulls.next()).rejects.toThrow('no');
  });

  it.each([
    ['brings something', () => Promise.resolve({ done: true as const, value: undefined })],
    ['fails', () => Promise.reject(new Error('too late'))],
  ])('fails at once with what a tick throws, also when the pull %s later', async (_, outcome) => {
    const late = async (sleep: (ms: number) => Promise<void>) => {
      await sleep(10_000);
      return outcome();
    };
    const { clock, pulls } = pullsOf(late, () => {
      throw new Error('given up');
    });

    await expect(clock.drive(pulls.next())).rejects.toThrow('given up');
    expect(clock.monotonicMs()).toBe(BEGAN_MS + TICK_MS);
    await clock.drive(clock.sleep(20_000));
  });
});

const TICK_MS = 500;
const BEGAN_MS = new VirtualClock().monotonicMs();

function pullsOf(
  next: (sleep: (ms: number) => Promise<void>) => Promise<IteratorResult<string>>,
  onTick: () => void = () => undefined,
) {
  const clock = new VirtualClock();
  let ticks = 0;
  const items = { next: () => next((ms) => clock.sleep(ms)) };
  const pulls = new TickedPulls(items, new Ticker(TICK_MS, clock), () => {
    ticks += 1;
    onTick();
  });
  return { clock, pulls, ticks: () => ticks };
}
