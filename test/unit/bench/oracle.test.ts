import { judgeTones } from '../../bench/calls/oracle';
import { createTones } from '../../bench/media/audio';

const { truth } = createTones();
/** What a perfect log says of the first `toMs` of a call, both channels. */
const heardTo = (toMs: number) =>
  truth.map((symbols) =>
    symbols
      .filter(({ endMs }) => endMs <= toMs)
      .map(({ symbol, startMs }) => ({ text: symbol, startMs })),
  );

describe('judgeTones', () => {
  it('finds nothing wrong with a perfect log', () => {
    const verdict = judgeTones([{ index: 20, toMs: 30_000 }], new Map([[20, heardTo(30_000)]]));

    expect(verdict).toMatchObject({ judged: 1, lost: 0, duplicated: 0, shifted: 0 });
    expect(verdict.symbols).toBeGreaterThan(300);
  });

  it('accepts what is in the log beyond what has to be', () => {
    const verdict = judgeTones([{ index: 20, toMs: 20_000 }], new Map([[20, heardTo(30_000)]]));

    expect(verdict).toMatchObject({ lost: 0, duplicated: 0 });
  });

  it('misses a symbol that is not there', () => {
    const [caller = [], agent = []] = heardTo(30_000);
    const log = new Map([[20, [caller.toSpliced(5, 1), agent]]]);

    expect(judgeTones([{ index: 20, toMs: 30_000 }], log)).toMatchObject({ lost: 1 });
  });

  it('sees a symbol that is there twice, or elsewhere', () => {
    const [caller = [], agent = []] = heardTo(30_000);
    const doubled = new Map([[20, [[...caller, ...caller.slice(5, 6)], agent]]]);
    const moved = caller.map((word, at) =>
      at === 5 ? { ...word, startMs: word.startMs + 30 } : word,
    );

    expect(judgeTones([{ index: 20, toMs: 30_000 }], doubled)).toMatchObject({ duplicated: 1 });
    expect(
      judgeTones([{ index: 20, toMs: 30_000 }], new Map([[20, [moved, agent]]])),
    ).toMatchObject({ shifted: 1 });
  });

  it('leaves other calls alone, and counts a call without a log as lost', () => {
    const verdict = judgeTones(
      [
        { index: 7, toMs: 30_000 },
        { index: 40, toMs: 10_000 },
      ],
      new Map(),
    );

    expect(verdict.judged).toBe(1);
    expect(verdict.lost).toBe(verdict.symbols);
  });
});
