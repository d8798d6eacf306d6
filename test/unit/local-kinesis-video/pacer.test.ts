import { CallRate } from '../../../local/kinesis-video/call-rate';
import { FragmentNumbers } from '../../../local/kinesis-video/fragment-number';
import { Pacer } from '../../../local/kinesis-video/pacer';

describe('Pacer', () => {
  it('lets the rate through and no more', () => {
    let nowMs = 0;
    const pacer = new Pacer(1000, () => nowMs);
    let taken = 0;

    for (; nowMs <= 10_000; nowMs += 7) taken += pacer.take(500);

    expect(taken).toBeGreaterThan(9_900);
    expect(taken).toBeLessThanOrEqual(10_000 + 50);
  });

  it('holds nothing back without a rate, and again after one', () => {
    const pacer = new Pacer(Infinity, () => 0);
    expect(pacer.take(1_000_000)).toBe(1_000_000);
    pacer.setRate(100);
    expect(pacer.take(1_000_000)).toBeLessThan(100);
    pacer.setRate(Infinity);
    expect(pacer.take(1_000_000)).toBe(1_000_000);
  });

  it('names a wait after which a byte may go', () => {
    let nowMs = 0;
    const pacer = new Pacer(3, () => nowMs);
    pacer.take(1);

    nowMs += pacer.waitMs;

    expect(pacer.take(10)).toBe(1);
  });
});

describe('CallRate', () => {
  it('counts over a sliding second, refused calls not included', () => {
    const rate = new CallRate(2);

    const allowed = [0, 400, 900, 1000, 1300, 1400].map((nowMs) => rate.take(nowMs));

    expect(allowed).toEqual([true, true, false, true, false, true]);
  });
});

describe('FragmentNumbers', () => {
  it('rise though the clock goes back, with 47 digits', () => {
    const numbers = new FragmentNumbers(() => 0.5);

    const given = [2000, 1000, 1000, 3000].map((nowMs) => numbers.next(nowMs));

    expect([...given].sort()).toEqual(given);
    expect(new Set(given).size).toBe(4);
    expect(given.every((number) => /^\d{47}$/.test(number))).toBe(true);
  });

  it('go on above the last one before a restart', () => {
    const last = new FragmentNumbers(() => 0.999).next(5000);

    const next = new FragmentNumbers(() => 0, last).next(1000);

    expect(next > last).toBe(true);
  });
});
