import { baseWord, restrictDictionary } from '../../../local/recognisers/pocketsphinx/dictionary';

const DICTIONARY = 'again AH G EH N\nagain(2) AH G EY N\nagainst AH G EH N S T\ntry T R AY\n';

describe('restrictDictionary', () => {
  it('keeps every pronunciation of the wanted words and no other word', () => {
    expect(restrictDictionary(DICTIONARY, ['again', 'try'])).toBe(
      'again AH G EH N\nagain(2) AH G EY N\ntry T R AY\n',
    );
  });

  it('names the words that have no pronunciation', () => {
    expect(() => restrictDictionary(DICTIONARY, ['try', 'zzyzx', 'qwx'])).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringContaining('"zzyzx", "qwx"') as string,
      }),
    );
  });

  it('names no more than ten of them', () => {
    const words = Array.from({ length: 14 }, (_, index) => `word${index}`);

    expect(() => restrictDictionary(DICTIONARY, words)).toThrow('"word9" and 4 more');
  });
});

describe('baseWord', () => {
  it('strips the number of a further pronunciation', () => {
    expect(['again(2)', 'again'].map(baseWord)).toEqual(['again', 'again']);
  });
});
