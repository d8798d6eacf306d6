/** Length of the low-pass filter in periods of the slower of the two rates, per side. */
const HALF_LENGTH_PERIODS = 16;
/** Where the pass band ends, as a part of the slower rate's Nyquist frequency. */
const CUTOFF = 0.94;

export interface ResamplerOptions {
  readonly fromHz: number;
  readonly toHz: number;
  /**
   * How much of the mirror image that lies above the old Nyquist frequency is left in when the
   * rate rises: 0 (default) none, 1 all of it. Stands in for the missing upper band when a model
   * expects one. Ignored when the rate falls.
   */
  readonly imageGain?: number;
}

/**
 * Changes the sample rate of 16-bit PCM by a polyphase windowed-sinc filter. Output sample n is the
 * input at the time n / toHz: the filter's delay is taken out. Keeps one filter length of input.
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  /** `#phases[p][k]` weighs the input sample k places before the newest one needed. */
  readonly #phases: Float64Array[];
  readonly #taps: number;
  #history: Float64Array;
  /** Index, in the upsampled signal, of the next output, counted from the history's first sample. */
  #next: number;

  constructor({ fromHz, toHz, imageGain = 0 }: ResamplerOptions) {
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.#up = toHz / divisor;
    this.#down = fromHz / divisor;
    const half = HALF_LENGTH_PERIODS * Math.max(this.#up, this.#down);
    const image = this.#up > this.#down ? imageGain : 0;
    const filter = lowPass(half, Math.max(this.#up, this.#down), this.#up, image);
    this.#taps = Math.ceil(filter.length / this.#up);
    this.#phases = Array.from({ length: this.#up }, (_, phase) =>
      Float64Array.from({ length: this.#taps }, (_unused, k) => filter[phase + k * this.#up] ?? 0),
    );
    this.#history = new Float64Array(this.#taps - 1);
    this.#next = (this.#taps - 1) * this.#up + half;
  }

  process(samples: Int16Array): Int16Array {
    const input = new Float64Array(this.#history.length + samples.length);
    input.set(this.#history);
    input.set(samples, this.#history.length);
    const end = input.length * this.#up;
    const count = Math.max(0, Math.ceil((end - this.#next) / this.#down));
    const output = new Int16Array(count);
    for (let index = 0; index < count; index += 1) {
      output[index] = this.#sampleAt(input, this.#next + index * this.#down);
    }
    const consumed = input.length - (this.#taps - 1);
    this.#history = input.slice(consumed);
    this.#next += count * this.#down - consumed * this.#up;
    return output;
  }

  /** The samples that were still in the filter; nothing may follow. */
  flush(): Int16Array {
    return this.process(new Int16Array(Math.floor(this.#taps / 2)));
  }

  #sampleAt(input: Float64Array, position: number): number {
    const newest = Math.floor(position / this.#up);
    const weights = this.#phases[position % this.#up] ?? new Float64Array();
    let sum = 0;
    for (let k = 0; k < weights.length; k += 1) {
      sum += (weights[k] ?? 0) * (input[newest - k] ?? 0);
    }
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
}

/** A whole recording at once; the result has `samples.length * toHz / fromHz` samples. */
export function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (fromHz === toHz) return samples;
  const resampler = new Resampler({ fromHz, toHz });
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const output = new Int16Array(Math.ceil((samples.length * toHz) / fromHz));
  output.set(body);
  output.set(tail.subarray(0, output.length - body.length), body.length);
  return output;
}

/** A Hann-windowed sinc at the upsampled rate, with gain `up` to make up for the stuffed zeros. */
function lowPass(half: number, slowness: number, up: number, imageGain: number): Float64Array {
  const filter = Float64Array.from({ length: 2 * half + 1 }, (_, index) => {
    const x = (index - half) / slowness;
    const sinc = x === 0 ? CUTOFF : Math.sin(Math.PI * CUTOFF * x) / (Math.PI * x);
    const window = 0.5 + 0.5 * Math.cos((Math.PI * (index - half)) / (half + 1));
    return ((sinc * window * up) / slowness) * (1 - imageGain);
  });
  // A zero-stuffed signal is its own base band plus all images, so a pulse lets both pass.
  filter[half] = (filter[half] ?? 0) + imageGain * up;
  return filter;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
