import { Yielding } from '../../../functions/worker/self-protection/yielding';

function prepare() {
  const yielding = new Yielding();
  const gone: number[] = [];
  let nowMs = 0;
  return {
    yielding,
    gone,
    /** Asks for so many turns; those that need not wait are gone at once. */
    ask: (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const id = gone.length + index;
        const turn = yielding.turn();
        if (turn === undefined) gone.push(id);
        else void turn.then(() => gone.push(id));
      }
    },
    sample: async (lagMs: number, afterMs = 20) => {
      nowMs += afterMs;
      yielding.sample(lagMs, nowMs);
      await Promise.resolve();
    },
  };
}

describe('Yielding', () => {
  it('holds nobody up while the loop is in time', async () => {
    const { yielding, sample } = prepare();
    expect(yielding.turn()).toBeUndefined();

    await sample(25);

    expect(yielding.turn()).toBeUndefined();
  });

  it('lets who can wait wait while the loop is late, and go when it is in time again', async () => {
    const { gone, ask, sample } = prepare();
    await sample(50);
    ask(3);
    await sample(50);
    expect(gone).toEqual([]);

    await sample(5);

    expect(gone).toEqual([0, 1, 2]);
  });

  it('lets sixteen go at once, in their order, and nobody overtake them', async () => {
    const { yielding, gone, ask, sample } = prepare();
    await sample(50);
    ask(40);

    await sample(5);
    expect(gone).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(yielding.turn()).toBeInstanceOf(Promise);
    await sample(5);

    expect(gone).toHaveLength(32);
  });

  it('lets more go at once when more wait: as many in a quarter of a second as there are', async () => {
    const { gone, ask, sample } = prepare();
    await sample(50);
    ask(1_000);

    await sample(5);

    expect(gone).toHaveLength(80);
  });

  it('lets everybody go within half a second and a sample, however late the loop is', async () => {
    const { gone, ask, sample } = prepare();
    await sample(300);
    ask(100);
    await sample(300, 240);
    expect(gone).toEqual([]);

    await sample(300, 320);

    expect(gone).toHaveLength(100);
  });

  it('spreads those who asked together over the next quarter of a second', async () => {
    const { gone, ask, sample } = prepare();
    await sample(50);
    ask(1_000);
    await sample(50, 200);
    const goneAfter: number[] = [];
    for (let at = 0; at < 7; at += 1) {
      await sample(50, 50);
      goneAfter.push(gone.length);
    }

    // A fifth of the crowd at each sample of 50 ms, and little less when it has become smaller.
    expect(goneAfter).toEqual([200, 390, 571, 743, 906, 1_000, 1_000]);
  });

  it('keeps a loop in time that has nothing else to do than their work', async () => {
    const { yielding } = prepare();
    const workMs = 0.3;
    const dueEveryMs = 20;
    let left = 1_000;
    let gone = 0;
    const ask = () => void yielding.turn()?.then(() => (gone += 1));
    let nowMs = 0;
    let dueMs = dueEveryMs;
    const lags: number[] = [];
    yielding.sample(30, nowMs);
    for (; left > 0; left -= 1) ask();
    while (nowMs < 20_000) {
      nowMs = Math.max(nowMs, dueMs);
      lags.push(nowMs - dueMs);
      yielding.sample(nowMs - dueMs, nowMs);
      dueMs = nowMs + dueEveryMs;
      await Promise.resolve();
      nowMs += gone * workMs;
      // Each is behind still, and asks for its next turn.
      for (; gone > 0; gone -= 1) ask();
    }

    expect(Math.max(...lags)).toBeLessThan(60);
  });

  it('lets those go whose time is over, and the others wait', async () => {
    const { gone, ask, sample } = prepare();
    await sample(50);
    ask(2);
    await sample(50, 200);
    ask(2);

    await sample(50, 60);

    expect(gone).toHaveLength(2);
  });

  it('lets everybody go at its end', async () => {
    const { yielding, gone, ask, sample } = prepare();
    await sample(50);
    ask(100);

    yielding.end();
    await Promise.resolve();

    expect(gone).toHaveLength(100);
    expect(yielding.turn()).toBeUndefined();
  });
});
