import { Ticker } from '../../../shared/clock';
import { pullEach } from '../../../shared/pull-each';
import { VirtualClock } from '../../support/virtual-clock';

describe('pullEach', () => {
  it('gives each item to the end, and looks up at each tick that comes before one', async () => {
    const { clock, taken, ticks, begin } = pullsOf(
      after(1_200, 'late'),
      after(0, 'soon'),
      after(700),
    );

    await clock.drive(begin());

    expect(taken).toEqual(['late', 'soon']);
    expect(ticks()).toBe(3);
    await clock.drive(clock.sleep(1_800));
    expect([ticks(), clock.sleeping]).toEqual([3, 0]);
  });

  it('pulls the next item when the one before is done, and has no ticks meanwhile', async () => {
    const pulledAtMs: number[] = [];
    const { clock, ticks, begin } = pullsOf(
      (sleep, nowMs) => (pulledAtMs.push(nowMs()), after(0, 'first')(sleep)),
      (sleep, nowMs) => (pulledAtMs.push(nowMs()), after(0)(sleep)),
    );

    await clock.drive(begin({ takesMs: 1_700 }));

    expect(pulledAtMs.map((ms) => ms - BEGAN_MS)).toEqual([0, 1_700]);
    expect(ticks()).toBe(0);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no'))],
    [
      'throws at once',
      () => {
        throw new Error('no');
      },
    ],
  ])('fails when the iterator %s', async (_, next) => {
    const { begin, clock } = pullsOf(next);

    await expect(begin()).rejects.toThrow('no');
    await clock.drive(clock.sleep(1_800));

    expect(clock.sleeping).toBe(0);
  });

  it.each([
    ['at once', { throws: 'refused' }],
    ['later', { takesMs: 300, rejects: 'refused' }],
  ])('fails as the work on an item does %s, and pulls no more', async (_, work) => {
    const { clock, pulls, begin } = pullsOf(after(0, 'first'), after(0, 'second'));

    await expect(clock.drive(begin(work))).rejects.toThrow('refused');

    expect(pulls()).toBe(1);
  });

  it.each([
    ['brings something', (sleep: Sleep) => after(10_000, 'too late')(sleep)],
    ['fails', (sleep: Sleep) => sleep(10_000).then(() => Promise.reject(new Error('too late')))],
  ])('fails at once with what a tick throws, also when the pull %s later', async (_, late) => {
    const { clock, taken, begin } = pullsOf(late);
    const onTick = () => {
      throw new Error('given up');
    };

    await expect(clock.drive(begin({ onTick }))).rejects.toThrow('given up');
    expect(clock.monotonicMs()).toBe(BEGAN_MS + TICK_MS);
    await clock.drive(clock.sleep(20_000));

    expect(taken).toEqual([]);
  });
});

const TICK_MS = 500;
const BEGAN_MS = new VirtualClock().monotonicMs();

type Sleep = (ms: number) => Promise<void>;
type Next = (sleep: Sleep, nowMs: () => number) => Promise<IteratorResult<string>>;

interface Work {
  readonly throws?: string;
  readonly rejects?: string;
  readonly takesMs?: number;
  onTick?(): void;
}

/** Without an item: the end. */
function after(ms: number, item?: string): (sleep: Sleep) => Promise<IteratorResult<string>> {
  return async (sleep) => {
    if (ms > 0) await sleep(ms);
    return item === undefined ? { done: true, value: undefined } : { done: false, value: item };
  };
}

function pullsOf(...nexts: readonly Next[]) {
  const clock = new VirtualClock();
  const taken: string[] = [];
  let ticks = 0;
  let pulls = 0;
  const sleep: Sleep = (ms) => clock.sleep(ms);
  const items = { next: () => nexts[pulls++]!(sleep, () => clock.monotonicMs()) };
  const begin = ({ throws, rejects, takesMs = 0, onTick }: Work = {}) =>
    pullEach(items, {
      ticker: new Ticker(TICK_MS, clock),
      take: (item) => {
        taken.push(item);
        if (throws !== undefined) throw new Error(throws);
        if (takesMs === 0) return undefined;
        return sleep(takesMs).then(() => {
          if (rejects !== undefined) throw new Error(rejects);
        });
      },
      onTick: () => {
        ticks += 1;
        onTick?.();
      },
    });
  return { clock, taken, ticks: () => ticks, pulls: () => pulls, begin };
}
