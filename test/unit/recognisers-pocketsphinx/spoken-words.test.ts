import { spokenPhrases, spokenWords } from '../../../local/recognisers/speech/spoken-words';

describe('spokenWords', () => {
  it('drops case and punctuation but keeps apostrophes inside words', () => {
    expect(spokenWords("I'm SORRY -- 'that' number isn’t valid!")).toEqual(
      "i'm sorry that number isn't valid".split(' '),
    );
  });

  it.each([
    ['0', 'zero'],
    ['17', 'seventeen'],
    ['42', 'forty two'],
    ['300', 'three hundred'],
    ['2,115', 'two thousand one hundred fifteen'],
    ['900000', 'nine hundred thousand'],
    ['007', 'zero zero seven'],
    ['1234567', 'one two three four five six seven'],
  ])('reads %s as %s', (digits, words) => {
    expect(spokenWords(`press ${digits} now`).join(' ')).toBe(`press ${words} now`);
  });

  it('finds nothing in a text without words', () => {
    expect(spokenWords(" -- '' … ")).toEqual([]);
  });
});

describe('spokenPhrases', () => {
  it('divides a text where a speaker would pause', () => {
    expect(spokenPhrases('One moment, please. Goodbye\nhello')).toEqual([
      ['one', 'moment'],
      ['please'],
      ['goodbye'],
      ['hello'],
    ]);
  });
});
