import { compareFragmentNumbers } from '../../../functions/worker/fragments/fragment';

describe('compareFragmentNumbers', () => {
  it.each([
    [
      '91343852333181432392682062607743920146159169392',
      '91343852333181432392682062607743920146159169393',
    ],
    ['9', '10'],
    ['0009', '10'],
    ['0', '1'],
  ])('puts %s before %s', (lower, higher) => {
    expect(compareFragmentNumbers(lower, higher)).toBeLessThan(0);
    expect(compareFragmentNumbers(higher, lower)).toBeGreaterThan(0);
  });

  it('ignores leading zeros', () => {
    expect(compareFragmentNumbers('007', '7')).toBe(0);
    expect(compareFragmentNumbers('0', '000')).toBe(0);
  });
});
