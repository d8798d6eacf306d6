import {
  oneOf,
  optionalText,
  optionalUrl,
  parseEnv,
  requiredText,
  requiredUrl,
  textOr,
  wholeNumber,
} from '../../../shared/env';

describe('parseEnv', () => {
  const readers = {
    name: { name: 'NAME', read: requiredText('Calls') },
    count: { name: 'COUNT', read: wholeNumber(7, 1, 10) },
  };

  it('reads, trims and freezes', () => {
    const values = parseEnv({ NAME: ' Calls ', COUNT: '' }, readers);

    expect(values).toEqual({ name: 'Calls', count: 7 });
    expect(Object.isFrozen(values)).toBe(true);
  });

  it('reports all problems together', () => {
    expect(() => parseEnv({ COUNT: '11' }, readers)).toThrow(
      'the environment: NAME: missing, for example Calls; COUNT: must be a whole number from 1 to 10',
    );
  });

  it('checks what lies between variables once each of them is right', () => {
    const check = jest.fn(() => ['COUNT: too many for NAME']);

    expect(() => parseEnv({ NAME: 'Calls', COUNT: '9' }, readers, check)).toThrow('too many');
    expect(() => parseEnv({ COUNT: '9' }, readers, check)).toThrow('NAME: missing');
    expect(check).toHaveBeenCalledTimes(1);
  });
});

describe('readers', () => {
  it.each([
    ['requiredText', requiredText('Calls'), 'two words'],
    ['requiredUrl', requiredUrl('https://host/queue'), 'ftp://host/queue'],
    ['optionalUrl', optionalUrl, 'localhost:8000'],
    ['optionalText', optionalText('a', /^[a-z]$/), 'B'],
    ['textOr', textOr('a', /^[a-z]$/), 'B'],
    ['wholeNumber below', wholeNumber(5, 1, 10), '0'],
    ['wholeNumber above', wholeNumber(5, 1, 10), '11'],
    ['wholeNumber with a fraction', wholeNumber(5, 1, 10), '2.5'],
    ['wholeNumber in scientific notation', wholeNumber(5, 1, 10_000), '1e3'],
    ['wholeNumber in hexadecimal', wholeNumber(5, 1, 100), '0x10'],
    ['oneOf', oneOf('a', ['a', 'b']), 'c'],
  ] as const)('%s refuses what is not right', (_name, read, value) => {
    expect(() => read(value)).toThrow();
  });

  it.each([
    ['optionalUrl', optionalUrl, undefined, undefined],
    ['optionalText', optionalText('a', /^[a-z]$/), undefined, undefined],
    ['textOr', textOr('a', /^[a-z]$/), undefined, 'a'],
    ['wholeNumber', wholeNumber(5, -10, 10), undefined, 5],
    ['wholeNumber', wholeNumber(5, -10, 10), '-10', -10],
    ['oneOf', oneOf('a', ['a', 'b']), undefined, 'a'],
    ['oneOf', oneOf('a', ['a', 'b']), 'b', 'b'],
    [
      'requiredUrl',
      requiredUrl('https://host/queue'),
      'http://127.0.0.1:1/q',
      'http://127.0.0.1:1/q',
    ],
  ] as const)('%s gives what is meant (%#)', (_name, read, value, expected) => {
    expect(read(value)).toBe(expected);
  });
});
