import { joinFinals } from '../../bench/calls/join-finals';

const list = (...rows: number[][]) => Float64Array.from(rows.flat());

describe('joinFinals', () => {
  it('tells how long after a result its record was there', () => {
    const sent = list([7, 0, 1, 1000], [7, 1, 1, 1000], [8, 0, 1, 1500]);
    const stored = list([8, 0, 1, 1540], [7, 0, 1, 1010], [7, 1, 1, 1020]);

    expect(joinFinals(sent, stored)).toEqual({ delaysMs: [10, 20, 40], missing: 0 });
  });

  it('counts the first of two records', () => {
    const stored = list([7, 0, 1, 1010], [7, 0, 1, 1900]);

    expect(joinFinals(list([7, 0, 1, 1000]), stored).delaysMs).toEqual([10]);
  });

  it('misses what never came, but not at the end of the window', () => {
    const sent = list([7, 0, 1, 1000], [7, 0, 2, 11_000], [7, 0, 3, 21_000]);

    expect(joinFinals(sent, list([7, 0, 2, 11_005]))).toEqual({ delaysMs: [5], missing: 1 });
  });
});
