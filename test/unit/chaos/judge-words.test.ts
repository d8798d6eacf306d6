import { judgeWords } from '../../chaos/judge/judge-words';
import type { ExpectedSymbol, HeardWord } from '../../chaos/judge/judge-words';
import { SequenceIndex } from '../../chaos/judge/sequence-index';

/** Symbols every 100 ms from `fromMs` on. */
function said(symbols: string, fromMs = 0): ExpectedSymbol[] {
  return Array.from(symbols, (symbol, index) => {
    const startMs = fromMs + index * 100;
    return { symbol, startMs, endMs: startMs + 50, certain: true };
  });
}

function heardAs(symbols: readonly ExpectedSymbol[], laterMs = 0): HeardWord[] {
  return symbols.map(({ symbol, startMs }) => ({ text: symbol, startMs: startMs + laterMs }));
}

function judge(expected: ExpectedSymbol[], heard: HeardWord[], index = new SequenceIndex()) {
  const {
    examples: _examples,
    lostAt: _lostAt,
    ...counts
  } = judgeWords('call-1', expected, heard, index);
  return counts;
}

const NOTHING = { lost: 0, duplicated: 0, shifted: 0, foreign: 0 };
const TRUTH = said('1A5#99B0C7D3*2468');

describe('judgeWords', () => {
  it('finds nothing wrong with the truth, in whatever order it was written', () => {
    expect(judge(TRUTH, heardAs(TRUTH).reverse())).toEqual(NOTHING);
  });

  it('counts a symbol that is not there', () => {
    const heard = heardAs(TRUTH).filter((_, index) => index !== 4);
    expect(judge(TRUTH, heard)).toEqual({ ...NOTHING, lost: 1 });
  });

  it('counts a symbol that is there twice', () => {
    const heard = heardAs(TRUTH);
    expect(judge(TRUTH, [...heard, heard[3] as HeardWord])).toEqual({ ...NOTHING, duplicated: 1 });
  });

  it('allows 20 ms and counts what is further off as shifted', () => {
    expect(judge(TRUTH, heardAs(TRUTH, 20))).toEqual(NOTHING);
    expect(judge(TRUTH, heardAs(TRUTH, 21))).toEqual({ ...NOTHING, shifted: TRUTH.length });
  });

  it('recognises a stretch that was moved by seconds', () => {
    const heard = [...heardAs(TRUTH.slice(0, 8)), ...heardAs(TRUTH.slice(8), 3_000)];
    expect(judge(TRUTH, heard)).toEqual({ ...NOTHING, shifted: TRUTH.length - 8 });
  });

  it('tells a wrong symbol from a right one at the same place', () => {
    const heard = heardAs(TRUTH);
    heard[5] = { text: 'A', startMs: TRUTH[5]?.startMs ?? 0 };
    expect(judge(TRUTH, heard)).toEqual({ ...NOTHING, lost: 1, duplicated: 1 });
  });

  it('knows the symbols of another call', () => {
    const index = new SequenceIndex();
    const other = said('77#A*0B4', 2_000);
    index.add('call-1', TRUTH);
    index.add('call-2', other);
    const heard = [...heardAs(TRUTH), ...heardAs(other)];
    expect(judge(TRUTH, heard, index)).toEqual({ ...NOTHING, foreign: other.length });
  });

  it('does not mind whether a symbol is heard in which the audio breaks off', () => {
    const cut = TRUTH.map((symbol, index) => ({ ...symbol, certain: index !== 7 }));
    expect(judge(cut, heardAs(cut))).toEqual(NOTHING);
    const without = heardAs(cut).filter((_, index) => index !== 7);
    expect(judge(cut, without)).toEqual(NOTHING);
    const twice = [...heardAs(cut), heardAs(cut)[7] as HeardWord];
    expect(judge(cut, twice)).toEqual({ ...NOTHING, duplicated: 1 });
  });
});
