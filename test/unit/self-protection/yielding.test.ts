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

  it('lets no more than sixteen go at once, in their order, and nobody overtake them', async () => {
    const { yielding, gone, ask, sample } = prepare();
    await sample(50);
    ask(40);

    await sample(5);
    expect(gone).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(yielding.turn()).toBeInstanceOf(Promise);
    await sample(5);

    expect(gone).toHaveLength(32);
  });

  it('lets everybody go after a quarter of a second, however late the loop is', async () => {
    const { gone, ask, sample } = prepare();
    await sample(300);
    ask(100);
    await sample(300, 240);
    expect(gone).toEqual([]);

    await sample(300, 320);

    expect(gone).toHaveLength(100);
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
