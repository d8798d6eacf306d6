import { resample, Resampler } from '../../../local/recognisers/speech/resampler';

const SECOND = 8_000;

/** A sine of the given frequency and amplitude. */
function sine(hz: number, rateHz: number, samples: number, amplitude = 10_000): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)),
  );
}

/** Amplitude of one frequency in the signal. */
function amplitudeAt(hz: number, samples: Int16Array, rateHz: number): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hz * i) / rateHz);
    im += sample * Math.sin((2 * Math.PI * hz * i) / rateHz);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

describe('Resampler', () => {
  it.each([
    [8_000, 16_000],
    [16_000, 8_000],
    [48_000, 16_000],
    [11_025, 16_000],
  ])('keeps phase and level of a tone from %i to %i Hz', (fromHz, toHz) => {
    const output = resample(sine(440, fromHz, fromHz), fromHz, toHz);

    const expected = sine(440, toHz, toHz);
    const middle = (samples: Int16Array) => samples.subarray(1000, toHz - 1000);
    const errors = middle(output).map((sample, i) => sample - (middle(expected)[i] ?? 0));
    expect(output).toHaveLength(toHz);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(50);
  });

  it('gives the same samples however the input is divided', () => {
    const input = sine(700, SECOND, 2_000);
    const whole = new Resampler({ fromHz: 8_000, toHz: 16_000 }).process(input);
    const inPieces = new Resampler({ fromHz: 8_000, toHz: 16_000 });

    const pieces: number[] = [];
    for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7) % 113) {
      pieces.push(...inPieces.process(input.subarray(at, at + size)));
    }

    expect(pieces).toEqual([...whole]);
  });

  it('leaves no mirror image by default', () => {
    const output = resample(sine(1_000, 8_000, SECOND), 8_000, 16_000);

    expect(amplitudeAt(7_000, output, 16_000)).toBeLessThan(10);
  });

  it('leaves as much of the mirror image as asked for', () => {
    const resampler = new Resampler({ fromHz: 8_000, toHz: 16_000, imageGain: 0.5 });

    const output = resampler.process(sine(1_000, 8_000, SECOND));

    expect(amplitudeAt(7_000, output, 16_000)).toBeCloseTo(5_000, -2);
    expect(amplitudeAt(1_000, output, 16_000)).toBeCloseTo(10_000, -2);
  });

  it('removes what the lower rate cannot hold', () => {
    const output = resample(sine(6_000, 16_000, 16_000), 16_000, 8_000);

    expect(amplitudeAt(2_000, output, 8_000)).toBeLessThan(10);
  });

  it('limits samples that would overflow', () => {
    const square = Int16Array.from({ length: 400 }, (_, i) => (i % 40 < 20 ? 32_767 : -32_768));

    const output = resample(square, 8_000, 16_000);

    expect(Math.max(...output)).toBe(32_767);
    expect(Math.min(...output)).toBe(-32_768);
  });
});
