import { figure } from '../../bench/figures';
import { percentiles, short, slopeOf, spreadOf, spreadText } from '../../bench/statistics';

describe('percentiles', () => {
  it('are values that occur', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);

    expect(percentiles(values, 0, 50, 99, 100)).toEqual([1, 50, 99, 100]);
  });

  it('of nothing are no number', () => {
    expect(percentiles([], 50)).toEqual([NaN]);
  });
});

describe('a spread', () => {
  it('shows the middle and both ends', () => {
    expect(spreadText(spreadOf([3, 1, 2]))).toBe('2 (1 to 3)');
  });
});

describe('short', () => {
  it('keeps three digits, and whole thousands', () => {
    expect([0.123_45, 12.345, 1234.5, NaN].map(short)).toEqual(['0.123', '12.3', '1235', '-']);
  });
});

describe('slopeOf', () => {
  it('finds the rate of a line', () => {
    expect(
      slopeOf([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBeCloseTo(2);
  });
});

describe('figure', () => {
  it('is judged by its target, from either side', () => {
    expect(figure('a', 5, 'ms', { atMost: 5 })).toMatchObject({ target: '<= 5', met: true });
    expect(figure('a', 6, 'ms', { atMost: 5 })).toMatchObject({ met: false });
    expect(figure('a', 4, 'MB/s', { atLeast: 5 })).toMatchObject({ target: '>= 5', met: false });
  });

  it('without a target is not judged', () => {
    expect(figure('a', 5, 'ms')).toMatchObject({ target: null, met: null });
  });

  it('that could not be measured does not meet its target', () => {
    expect(figure('a', NaN, 'ms', { atMost: 5 })).toMatchObject({ value: null, met: false });
  });
});
