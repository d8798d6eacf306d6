import type { Recognition } from '../../../local/recognisers/recogniser';
import { createScriptEngine } from '../../../local/recognisers/script';

function hearSilence(seconds: number, pieceSamples: number, text?: string): Recognition[] {
  const recognitions: Recognition[] = [];
  const recogniser = createScriptEngine(text).open({
    sampleRateHz: 8000,
    languageCode: 'en-US',
    onRecognition: (recognition) => recognitions.push(recognition),
  });
  if (recogniser instanceof Promise) throw new Error('the engine opens at once');
  for (let at = 0; at < seconds * 8000; at += pieceSamples) {
    void recogniser.push(new Int16Array(Math.min(pieceSamples, seconds * 8000 - at)));
  }
  void recogniser.finish();
  recogniser.close();
  return recognitions;
}

describe('the script engine', () => {
  it('reports two partials a second and a final of 25 words every 10 s', () => {
    const recognitions = hearSilence(30, 800);

    const finals = recognitions.filter(({ kind }) => kind === 'final');
    expect(finals.map(({ words }) => words.length)).toEqual([25, 25, 25]);
    expect(finals.map(({ utterance }) => utterance)).toEqual([1, 2, 3]);
    expect(recognitions).toHaveLength(60);
  });

  it('finishes with the words that the samples had time for', () => {
    const final = hearSilence(2, 320).at(-1);

    expect(final).toMatchObject({ kind: 'final', utterance: 1 });
    expect(final?.words).toHaveLength(5);
    expect(final?.endSample).toBeLessThanOrEqual(16_000);
  });

  it('does not depend on the size of the pieces', () => {
    expect(hearSilence(12, 8000)).toEqual(hearSilence(12, 33));
  });

  it('never changes a recognition after it was reported', () => {
    const partials = hearSilence(9, 800).filter(({ kind }) => kind === 'partial');

    expect(partials.at(0)?.words.length).toBe(1);
    expect(partials.at(-1)?.words.length).toBe(22);
  });

  it('says one line after the other and begins again', () => {
    const recognitions = hearSilence(30, 800, 'good morning\n\ngood day to you\n');

    const finals = recognitions.filter(({ kind }) => kind === 'final');
    expect(finals.map(({ words }) => words.map(({ text }) => text).join(' '))).toEqual([
      'good morning',
      'good day to you',
      'good morning',
    ]);
  });

  it('gives the other readings of a line with its final', () => {
    const recognitions = hearSilence(10, 800, 'call Mary | tall Mary | call merry now');

    const final = recognitions.find(({ kind }) => kind === 'final');
    expect(final?.alternatives?.map((words) => words.map(({ text }) => text))).toEqual([
      ['tall', 'Mary'],
      ['call', 'merry'],
    ]);
    expect(final?.alternatives?.[0]?.[1]?.startSample).toBe(final?.words[1]?.startSample);
    expect(recognitions.find(({ kind }) => kind === 'partial')?.alternatives).toBeUndefined();
  });

  it.each(['', ' \n | other\n', 'word '.repeat(26)])('refuses the script %j', (text) => {
    expect(() => createScriptEngine(text)).toThrow('one utterance a line, of 1 to 25 words');
  });
});
