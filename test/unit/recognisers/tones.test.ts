import type { TrueSymbol } from '../../../local/dtmf/dtmf';
import {
  DTMF_HIGH_HZ,
  DTMF_LOW_HZ,
  DTMF_SYMBOLS,
  randomSymbols,
  renderDtmf,
  seededRandom,
} from '../../../local/dtmf/dtmf';
import type { Recognition } from '../../../local/recognisers/recogniser';
import { createTonesEngine } from '../../../local/recognisers/tones';

const RATE_HZ = 8000;
const EDGE_TOLERANCE_MS = 5;

interface Heard {
  readonly recognitions: Recognition[];
  /** Words of the finals, in milliseconds. */
  readonly words: TrueSymbol[];
  readonly symbols: string;
}

/** Tones as other generators make them: any phase, level, twist, length and slight detuning. */
function renderRough(seconds: number, sampleRateHz: number, random: () => number) {
  const samples = new Int16Array(seconds * sampleRateHz);
  const truth: TrueSymbol[] = [];
  const between = (low: number, high: number) => low + random() * (high - low);
  const toMs = (sample: number) => (sample * 1000) / sampleRateHz;
  for (let at = Math.floor(between(0, 500)); ;) {
    const [toneMs, pauseMs] = [between(40, 120), between(40, 60)];
    const end = at + Math.round((toneMs * sampleRateHz) / 1000);
    const next = end + Math.round((pauseMs * sampleRateHz) / 1000);
    if (next > samples.length) return { samples, truth };
    const index = Math.floor(between(0, 16));
    const twist = 10 ** (between(-6, 6) / 40);
    const peak = (16_000 * 10 ** (between(-50, -6) / 20)) / Math.max(twist, 1 / twist);
    const [lowPhase, highPhase] = [between(0, 6.28), between(0, 6.28)];
    const turn = (2 * Math.PI * between(0.988, 1.012)) / sampleRateHz;
    for (let sample = at; sample < end; sample++) {
      const low = Math.sin(lowPhase + turn * (DTMF_LOW_HZ[index >> 2] ?? 0) * sample);
      const high = Math.sin(highPhase + turn * (DTMF_HIGH_HZ[index & 3] ?? 0) * sample);
      samples[sample] = Math.round(peak * (low * twist + high / twist));
    }
    truth.push({ symbol: DTMF_SYMBOLS.charAt(index), startMs: toMs(at), endMs: toMs(end) });
    at = next;
  }
}

/** Lets the engine hear the samples in pieces of the given sizes, repeated. */
function hear(samples: Int16Array, sampleRateHz = RATE_HZ, pieces: readonly number[] = [800]) {
  const recognitions: Recognition[] = [];
  const recogniser = createTonesEngine().open({
    sampleRateHz,
    languageCode: 'en-US',
    onRecognition: (recognition) => recognitions.push(recognition),
  });
  if (recogniser instanceof Promise) throw new Error('the engine opens at once');
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const size = pieces[turn % pieces.length] ?? 1;
    void recogniser.push(samples.subarray(at, at + size));
    at += size;
  }
  void recogniser.finish();
  recogniser.close();
  const toMs = (sample: number) => (sample * 1000) / sampleRateHz;
  const words = recognitions
    .filter(({ kind }) => kind === 'final')
    .flatMap((recognition) => recognition.words)
    .map((word) => ({
      symbol: word.text,
      startMs: toMs(word.startSample),
      endMs: toMs(word.endSample),
    }));
  return { recognitions, words, symbols: words.map(({ symbol }) => symbol).join('') } as Heard;
}

function worstEdgeMs(words: readonly TrueSymbol[], truth: readonly TrueSymbol[]): number {
  return truth.reduce((worst, { startMs, endMs }, index) => {
    const word = words[index] ?? { startMs: Infinity, endMs: Infinity };
    return Math.max(worst, Math.abs(word.startMs - startMs), Math.abs(word.endMs - endMs));
  }, 0);
}

function addNoise(samples: Int16Array, peak: number, random: () => number): Int16Array {
  return samples.map((sample) => sample + Math.round((random() * 2 - 1) * peak));
}

describe('the tones engine', () => {
  it.each([8000, 16_000])(
    'hears two minutes of random symbols exactly at %i Hz',
    (sampleRateHz) => {
      const { samples, truth } = renderDtmf({
        symbols: randomSymbols(1200, seededRandom(1)),
        toneMs: 50,
        pauseMs: 50,
        amplitudeDbfs: -20,
        sampleRateHz,
      });

      const { words, symbols } = hear(samples, sampleRateHz);

      expect(symbols).toBe(truth.map(({ symbol }) => symbol).join(''));
      expect(worstEdgeMs(words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
    },
  );

  it.each([
    [-6, 0],
    [-6, 8],
    [-20, 100],
    [-35, 8],
    [-50, 0],
    [-50, 6],
  ])('hears every pair of symbols at %i dBFS with noise of %i', (amplitudeDbfs, noise) => {
    const pairs = Array.from(DTMF_SYMBOLS, (first) =>
      Array.from(DTMF_SYMBOLS, (second) => first + second).join(''),
    ).join('');
    const { samples, truth } = renderDtmf({
      symbols: pairs,
      toneMs: 50,
      pauseMs: 50,
      leadMs: 33.3,
      amplitudeDbfs,
      sampleRateHz: RATE_HZ,
    });

    const { words, symbols } = hear(addNoise(samples, noise, seededRandom(2)));

    expect(symbols).toBe(pairs);
    expect(worstEdgeMs(words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it.each([
    [40, 40, 0],
    [40, 40, 2],
    [50, 50, 0],
    [65, 45, 2],
    [100, 100, 5],
  ])('hears tones of %i ms, pauses of %i ms, ramps of %i ms', (toneMs, pauseMs, rampMs) => {
    const symbols = randomSymbols(300, seededRandom(toneMs + rampMs));
    const settings = { symbols, toneMs, pauseMs, rampMs, amplitudeDbfs: -25, leadMs: 7.1 };
    const { samples, truth } = renderDtmf({ ...settings, sampleRateHz: RATE_HZ });

    const heard = hear(samples);

    expect(heard.symbols).toBe(symbols);
    expect(worstEdgeMs(heard.words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it.each([
    [8000, 1],
    [8000, 2],
    [16_000, 3],
  ])('hears tones of a rough generator at %i Hz (seed %i)', (sampleRateHz, seed) => {
    const random = seededRandom(seed);
    const { samples, truth } = renderRough(30, sampleRateHz, random);

    const { words, symbols } = hear(addNoise(samples, 3, random), sampleRateHz);

    expect(symbols).toBe(truth.map(({ symbol }) => symbol).join(''));
    expect(truth.length).toBeGreaterThan(150);
    expect(worstEdgeMs(words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it('hears a long tone as one symbol', () => {
    const { samples, truth } = renderDtmf({
      symbols: '5500##',
      toneMs: 1400,
      pauseMs: 50,
      amplitudeDbfs: -30,
      sampleRateHz: RATE_HZ,
    });

    const { words, symbols } = hear(addNoise(samples, 10, seededRandom(3)));

    expect(symbols).toBe('5500##');
    expect(worstEdgeMs(words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'hears a symbol wherever it lies on the grid (offset %i samples)',
    (offset) => {
      const symbols = '1A*D77';
      const { samples, truth } = renderDtmf({
        symbols,
        toneMs: 50,
        pauseMs: 50,
        amplitudeDbfs: -12,
        leadMs: offset / 8,
        sampleRateHz: RATE_HZ,
      });

      const heard = hear(samples);

      expect(heard.symbols).toBe(symbols);
      expect(worstEdgeMs(heard.words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
    },
  );

  it('reports the same whatever the pieces are', () => {
    const symbols = randomSymbols(150, seededRandom(4));
    const rendered = renderDtmf({
      symbols,
      toneMs: 50,
      pauseMs: 50,
      amplitudeDbfs: -40,
      sampleRateHz: RATE_HZ,
    });
    const samples = addNoise(rendered.samples, 5, seededRandom(5));
    const whole = hear(samples, RATE_HZ, [samples.length]).recognitions;

    for (const pieces of [[1], [19, 1, 20], [7], [160], [1024, 3, 333], [8000]]) {
      expect(hear(samples, RATE_HZ, pieces).recognitions).toEqual(whole);
    }
  });

  describe('when the session starts inside a tone', () => {
    const { samples, truth } = renderDtmf({
      symbols: '81',
      toneMs: 50,
      pauseMs: 50,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });

    it.each([5, 10, 18, 25])('reports what is visible after %i ms', (cutMs) => {
      const heard = hear(samples.subarray(cutMs * 8));

      expect(heard.symbols).toBe('81');
      expect(heard.words[0]?.startMs).toBeLessThan(2);
      const shifted = truth.map(({ symbol, startMs, endMs }) => ({
        symbol,
        startMs: Math.max(0, startMs - cutMs),
        endMs: endMs - cutMs,
      }));
      expect(worstEdgeMs(heard.words, shifted)).toBeLessThan(EDGE_TOLERANCE_MS);
    });

    it.each([36, 40, 45, 49])('does not report the sliver left after %i ms', (cutMs) => {
      expect(hear(samples.subarray(cutMs * 8)).symbols).toBe('1');
    });

    it('reports a tone that the session’s end cuts in half, and no sliver', () => {
      expect(hear(samples.subarray(0, 126 * 8)).symbols).toBe('81');
      expect(hear(samples.subarray(0, 114 * 8)).symbols).toBe('8');
    });
  });

  it('shows both of two different tones that were spliced together', () => {
    const rendered = renderDtmf({
      symbols: '26',
      toneMs: 50,
      pauseMs: 50,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });
    const spliced = Int16Array.from([
      ...rendered.samples.subarray(0, 30 * 8),
      ...rendered.samples.subarray(120 * 8),
    ]);

    const { symbols, words } = hear(spliced);

    expect(symbols).toBe('26');
    expect(Math.abs((words[1]?.startMs ?? 0) - 30)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it('hears nothing in silence, in noise, in one frequency alone and in a dial tone', () => {
    const random = seededRandom(6);
    const make = (sample: (index: number) => number) =>
      Int16Array.from({ length: 2 * RATE_HZ }, (_, index) => Math.round(sample(index)));
    const sine = (hz: number, index: number) => 5000 * Math.sin((2 * Math.PI * hz * index) / 8000);

    expect(hear(make(() => 0)).recognitions).toEqual([]);
    expect(hear(make(() => (random() - 0.5) * 8)).recognitions).toEqual([]);
    expect(hear(make(() => (random() - 0.5) * 20_000)).recognitions).toEqual([]);
    expect(hear(make((index) => sine(852, index))).recognitions).toEqual([]);
    expect(hear(make((i) => sine(350, i) + sine(440, i))).recognitions).toEqual([]);
  });

  it('ends an utterance at a pause of 400 ms and not before', () => {
    const tones = (symbols: string, pauseMs: number) =>
      renderDtmf({ symbols, toneMs: 50, pauseMs, amplitudeDbfs: -20, sampleRateHz: RATE_HZ });
    const finals = (samples: Int16Array) =>
      hear(samples)
        .recognitions.filter(({ kind }) => kind === 'final')
        .map(({ words }) => words.map(({ text }) => text).join(''));

    expect(finals(tones('1234', 380).samples)).toEqual(['1234']);
    expect(finals(tones('1234', 430).samples)).toEqual(['1', '2', '3', '4']);
  });

  it('reports a final at the pause itself, before any later audio', () => {
    const { samples } = renderDtmf({
      symbols: '9',
      toneMs: 50,
      pauseMs: 410,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });
    const recognitions: Recognition[] = [];
    const recogniser = createTonesEngine().open({
      sampleRateHz: RATE_HZ,
      languageCode: 'en-US',
      onRecognition: (recognition) => recognitions.push(recognition),
    });
    if (recogniser instanceof Promise) throw new Error('the engine opens at once');

    void recogniser.push(samples);

    expect(recognitions[recognitions.length - 1]?.kind).toBe('final');
  });

  it('ends an utterance after 10 s between two symbols', () => {
    const symbols = randomSymbols(400, seededRandom(7));
    const { samples } = renderDtmf({
      symbols,
      toneMs: 70,
      pauseMs: 40,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });

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
    const { samples } = renderDtmf({
      symbols: '12345',
      toneMs: 2900,
      pauseMs: 100,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });

    const finals = hear(samples).recognitions.filter(({ kind }) => kind === 'final');

    const texts = finals.map(({ words }) => words.map(({ text }) => text).join(''));
    expect(texts).toEqual(['123', '45']);
  });

  it('reports growing partials at most every 200 ms under the utterance of their final', () => {
    const { samples } = renderDtmf({
      symbols: randomSymbols(60, seededRandom(8)),
      toneMs: 50,
      pauseMs: 50,
      amplitudeDbfs: -20,
      sampleRateHz: RATE_HZ,
    });

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
