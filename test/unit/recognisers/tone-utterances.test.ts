import { randomSymbols, seededRandom } from '../../../local/dtmf/dtmf';
import { RATE_HZ, hear, openRecogniser, renderTones } from './heard-tones';

describe('the tones engine', () => {
  it('ends an utterance at a pause of 400 ms and not before', () => {
    const finals = (samples: Int16Array) =>
      hear(samples)
        .recognitions.filter(({ kind }) => kind === 'final')
        .map(({ words }) => words.map(({ text }) => text).join(''));

    expect(finals(renderTones('1234', { pauseMs: 380 }).samples)).toEqual(['1234']);
    expect(finals(renderTones('1234', { pauseMs: 430 }).samples)).toEqual(['1', '2', '3', '4']);
  });

  it('reports a final at the pause itself, before any later audio', () => {
    const { samples } = renderTones('9', { pauseMs: 410 });
    const { recogniser, recognitions } = openRecogniser();

    void recogniser.push(samples);

    expect(recognitions[recognitions.length - 1]?.kind).toBe('final');
  });

  it('ends an utterance after 10 s between two symbols', () => {
    const symbols = randomSymbols(400, seededRandom(7));
    const { samples } = renderTones(symbols, { toneMs: 70, pauseMs: 40 });

    const { recognitions, symbols: heard } = hear(samples);

    const finals = recognitions.filter(({ kind }) => kind === 'final');
    expect(heard).toBe(symbols);
    expect(finals).toHaveLength(5);
    for (const { startSample, endSample } of finals) {
      expect(endSample - startSample).toBeLessThanOrEqual(10 * RATE_HZ);
    }
    expect((finals[0]?.endSample ?? 0) - (finals[0]?.startSample ?? 0)).toBeGreaterThan(
      9 * RATE_HZ,
    );
  });

  it('leaves a tone that runs across the 10 s to the next utterance', () => {
    const { samples } = renderTones('12345', { toneMs: 2900, pauseMs: 100 });

    const finals = hear(samples).recognitions.filter(({ kind }) => kind === 'final');

    const texts = finals.map(({ words }) => words.map(({ text }) => text).join(''));
    expect(texts).toEqual(['123', '45']);
  });

  it('reports growing partials at most every 200 ms under the utterance of their final', () => {
    const { samples } = renderTones(randomSymbols(60, seededRandom(8)));

    const { recognitions } = hear(samples, RATE_HZ, [80]);

    const partials = recognitions.filter(({ kind }) => kind === 'partial');
    expect(partials.length).toBeGreaterThan(20);
    expect(partials.length).toBeLessThanOrEqual(30);
    expect(new Set(recognitions.map(({ utterance }) => utterance)).size).toBe(1);
    partials.slice(1).forEach((partial, index) => {
      expect(partial.words.length).toBeGreaterThan(partials[index]?.words.length ?? 0);
    });
  });
});
