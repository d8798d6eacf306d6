import { pace } from '../../../functions/worker/intake/pace';
import { SessionStarts } from '../../../functions/worker/session-starts';
import { VirtualClock } from '../../support/virtual-clock';

function prepare(perSecond: number) {
  const clock = new VirtualClock();
  const takes = new SessionStarts(() => perSecond, clock);
  const turns: number[] = [];
  const turn = () => void turns.push(clock.monotonicMs() - startMs);
  const { signal } = new AbortController();
  const startMs = clock.monotonicMs();
  /** When each of so many messages is taken, from the start. */
  const take = async (count: number, until = signal) => {
    const taken = Array.from({ length: count }, async () => {
      await pace({ takes, turn: () => turn() as undefined, clock }, until);
      return clock.monotonicMs() - startMs;
    });
    return clock.drive(Promise.all(taken));
  };
  return { clock, turns, take };
}

describe('the pace at which messages are taken', () => {
  it('is that of the starts, each of which waits for its turn', async () => {
    const { turns, take } = prepare(10);

    expect(await take(3)).toEqual([0, 100, 200]);
    expect(turns).toEqual([0, 100, 200]);
  });

  it('keeps no message waiting for longer than two seconds', async () => {
    const { take } = prepare(1);

    expect(await take(5)).toEqual([0, 1000, 2000, 2000, 2000]);
  });

  it('takes nobody a turn away whose message was taken all the same', async () => {
    const { clock, take } = prepare(1);
    await take(5);
    await clock.drive(clock.sleep(1_000));

    const [first, second] = await take(2);

    expect([first, second]).toEqual([3_000, 4_000]);
  });

  it('lets all go when it is aborted', async () => {
    const { take } = prepare(1);

    expect(await take(5, AbortSignal.abort())).toEqual([0, 0, 0, 0, 0]);
  });
});
