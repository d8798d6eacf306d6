import type { TrueSymbol } from '../../../local/dtmf/dtmf';
import {
  DTMF_HIGH_HZ,
  DTMF_LOW_HZ,
  DTMF_SYMBOLS,
  randomSymbols,
  seededRandom,
} from '../../../local/dtmf/dtmf';
import {
  EDGE_TOLERANCE_MS,
  RATE_HZ,
  addNoise,
  hear,
  renderTones,
  worstEdgeMs,
} from './heard-tones';

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

describe('the tones engine', () => {
  it.each([8000, 16_000])(
    'hears two minutes of random symbols exactly at %i Hz',
    (sampleRateHz) => {
      const { samples, truth } = renderTones(randomSymbols(1200, seededRandom(1)), {
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
    const { samples, truth } = renderTones(pairs, { leadMs: 33.3, amplitudeDbfs });

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
    const settings = { toneMs, pauseMs, rampMs, amplitudeDbfs: -25, leadMs: 7.1 };
    const { samples, truth } = renderTones(symbols, settings);

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
    const { samples, truth } = renderTones('5500##', { toneMs: 1400, amplitudeDbfs: -30 });

    const { words, symbols } = hear(addNoise(samples, 10, seededRandom(3)));

    expect(symbols).toBe('5500##');
    expect(worstEdgeMs(words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
  });

  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'hears a symbol wherever it lies on the grid (offset %i samples)',
    (offset) => {
      const symbols = '1A*D77';
      const { samples, truth } = renderTones(symbols, { amplitudeDbfs: -12, leadMs: offset / 8 });

      const heard = hear(samples);

      expect(heard.symbols).toBe(symbols);
      expect(worstEdgeMs(heard.words, truth)).toBeLessThan(EDGE_TOLERANCE_MS);
    },
  );

  it('reports the same whatever the pieces are', () => {
    const symbols = randomSymbols(150, seededRandom(4));
    const rendered = renderTones(symbols, { amplitudeDbfs: -40 });
    const samples = addNoise(rendered.samples, 5, seededRandom(5));
    const whole = hear(samples, RATE_HZ, [samples.length]).recognitions;

    for (const pieces of [[1], [19, 1, 20], [7], [160], [1024, 3, 333], [8000]]) {
      expect(hear(samples, RATE_HZ, pieces).recognitions).toEqual(whole);
    }
  });

  describe('when the session starts inside a tone', () => {
    const { samples, truth } = renderTones('81');

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
    const rendered = renderTones('26');
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
});
