import { merged, msOutside, widened } from '../../chaos/judge/stretches';

const stretch = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('stretches', () => {
  it('are merged where they touch, and dropped where they are empty', () => {
    const all = [stretch(50, 80), stretch(0, 20), stretch(20, 30), stretch(60, 70), stretch(5, 5)];
    expect(merged(all)).toEqual([stretch(0, 30), stretch(50, 80)]);
  });

  it('are measured where others do not cover them', () => {
    expect(msOutside([stretch(0, 100)], [stretch(20, 30), stretch(25, 60)])).toBe(60);
    expect(msOutside([stretch(0, 100)], [])).toBe(100);
    expect(msOutside([], [stretch(0, 100)])).toBe(0);
  });

  it('get longer at both ends, but not out of nothing', () => {
    expect(widened([stretch(100, 200)], 50)).toEqual([stretch(50, 250)]);
    expect(widened([stretch(100, 100)], 50)).toEqual([]);
  });
});
