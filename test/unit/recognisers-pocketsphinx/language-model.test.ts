import { buildLanguageModel } from '../../../local/recognisers/pocketsphinx/language-model';

interface Entry {
  readonly probability: number;
  readonly backOff: number;
}

/** Reads an ARPA file back; keys are the words of a sequence. */
function parseArpa(arpa: string): Map<string, Entry> {
  const lines = arpa.split('\n').filter((line) => line.includes('\t'));
  return new Map(
    lines.map((line) => {
      const [probability = '', gram = '', backOff = '0'] = line.split('\t');
      return [gram, { probability: 10 ** Number(probability), backOff: 10 ** Number(backOff) }];
    }),
  );
}

/** Probability of a word after a history, by the back-off rule that ARPA readers follow. */
function probability(model: Map<string, Entry>, history: readonly string[], word: string): number {
  const found = model.get([...history, word].join(' '));
  if (found) return found.probability;
  if (history.length === 0) return 0;
  const weight = model.get(history.join(' '))?.backOff ?? 1;
  return weight * probability(model, history.slice(1), word);
}

const TEXT = ['Please try again.', 'Please hold, please hold.', 'The line is busy.'].join('\n');

describe('buildLanguageModel', () => {
  it('lists every word once, without the sentence marks', () => {
    expect(buildLanguageModel(TEXT).vocabulary).toEqual(
      'again busy hold is line please the try'.split(' '),
    );
  });

  it.each([
    [[]],
    [['<s>']],
    [['please']],
    [['<s>', 'please']],
    [['hold', 'please']],
    [['busy', 'the']],
  ])('shares out exactly all probability after %j', (history) => {
    const { arpa, vocabulary } = buildLanguageModel(TEXT);
    const model = parseArpa(arpa);

    const sum = [...vocabulary, '</s>']
      .map((word) => probability(model, history, word))
      .reduce((a, b) => a + b, 0);

    expect(sum).toBeCloseTo(1, 3);
  });

  it('expects what stands in the text more than what does not', () => {
    const model = parseArpa(buildLanguageModel(TEXT).arpa);

    const inText = probability(model, ['the', 'line'], 'is');
    const notInText = probability(model, ['the', 'line'], 'hold');

    expect(inText).toBeGreaterThan(10 * notInText);
    expect(notInText).toBeGreaterThan(0);
  });

  it('lets a sentence end at a comma, where speakers pause', () => {
    const model = parseArpa(buildLanguageModel('One moment, please.').arpa);

    expect(model.has('one moment </s>')).toBe(true);
    expect(model.has('one moment please')).toBe(true);
  });

  it('states the number of entries of each section', () => {
    const { arpa } = buildLanguageModel(TEXT);

    const stated = [...arpa.matchAll(/^ngram \d=(\d+)$/gm)].map((match) => Number(match[1]));
    const sections = arpa.split(/^\\\d-grams:$/m).slice(1);

    expect(stated).toHaveLength(3);
    expect(
      sections.map(
        (text) => text.match(/\t/gm) && text.split('\n').filter((l) => l.includes('\t')).length,
      ),
    ).toEqual(stated);
  });
});
