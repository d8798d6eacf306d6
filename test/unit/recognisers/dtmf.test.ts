import { randomSymbols, renderDtmf, seededRandom } from '../../../local/dtmf/dtmf';

const BASE = { toneMs: 50, pauseMs: 50, sampleRateHz: 8000, amplitudeDbfs: -6 } as const;

describe('renderDtmf', () => {
  it('gives the truth at the very samples of the tones', () => {
    const { samples, truth } = renderDtmf({ ...BASE, symbols: '1D', leadMs: 20, rampMs: 0 });

    expect(truth).toEqual([
      { symbol: '1', startMs: 20, endMs: 70 },
      { symbol: 'D', startMs: 120, endMs: 170 },
    ]);
    expect(samples).toHaveLength(220 * 8);
    expect(samples.subarray(0, 160).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(162, 560).some((sample) => Math.abs(sample) > 10_000)).toBe(true);
    expect(samples.subarray(560, 960).every((sample) => sample === 0)).toBe(true);
  });

  it.each([-6, -20, -50])('peaks at %i dBFS and not above', (amplitudeDbfs) => {
    const { samples } = renderDtmf({ ...BASE, symbols: '5', toneMs: 400, amplitudeDbfs });

    const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
    expect(20 * Math.log10(peak / 32_767)).toBeCloseTo(amplitudeDbfs, 0);
  });

  it('rises and falls within the ramp', () => {
    const { samples } = renderDtmf({ ...BASE, symbols: '5', rampMs: 5 });

    const peak = (from: number, to: number) =>
      samples.subarray(from, to).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak(0, 8)).toBeLessThan(peak(40, 360) / 4);
    expect(peak(392, 400)).toBeLessThan(peak(40, 360) / 4);
  });

  it('refuses what is no DTMF symbol', () => {
    expect(() => renderDtmf({ ...BASE, symbols: '12X' })).toThrow(TypeError);
  });
});

describe('randomSymbols', () => {
  it('draws the same symbols from the same seed and others from another', () => {
    expect(randomSymbols(50, seededRandom(1))).toBe(randomSymbols(50, seededRandom(1)));
    expect(randomSymbols(50, seededRandom(1))).not.toBe(randomSymbols(50, seededRandom(2)));
  });

  it('draws every symbol about equally often', () => {
    const counts = new Map<string, number>();
    for (const symbol of randomSymbols(16_000, seededRandom(3))) {
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
