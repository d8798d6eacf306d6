import { wordErrorRate, wordErrors } from '../../../local/demo/word-error-rate';

const wordsOf = (text: string) => text.split(' ').filter((word) => word !== '');

describe('wordErrors', () => {
  it.each([
    ['one two three', 'one two three', 0],
    ['one two three', 'one too three', 1],
    ['one two three', 'one three', 1],
    ['one two three', 'one two and three', 1],
    ['one two three', '', 3],
    ['a b c d', 'b c d e', 2],
  ])('from "%s" to "%s" counts %i', (reference, hypothesis, errors) => {
    expect(wordErrors(wordsOf(reference), wordsOf(hypothesis)).errors).toBe(errors);
  });
});

describe('wordErrorRate', () => {
  it('does not count case, punctuation and the spelling of numbers', () => {
    expect(wordErrorRate('Press 2, please!', 'press two please')).toBe(0);
  });

  it('is the share of the reference’s words', () => {
    expect(wordErrorRate('one two three four', 'one two three')).toBe(0.25);
  });

  it('counts words that nobody said', () => {
    expect(wordErrorRate('', 'hello there')).toBe(1);
    expect(wordErrorRate('', '')).toBe(0);
    expect(wordErrorRate('hello', 'hello hello hello')).toBe(2);
  });
});
