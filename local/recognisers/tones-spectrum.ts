import { DTMF_HIGH_HZ, DTMF_LOW_HZ, DTMF_SYMBOLS } from '../dtmf/dtmf';

/** Four hops of 2.5 ms: 10 ms keep neighbouring DTMF rows (73 Hz apart) clearly separate. */
export const WINDOW_HOPS = 4;
const HOPS_PER_SECOND = 400;

const FREQUENCIES_HZ = [...DTMF_LOW_HZ, ...DTMF_HIGH_HZ];
const FREQUENCY_COUNT = FREQUENCIES_HZ.length;
const LOW_COUNT = DTMF_LOW_HZ.length;

/** What the last 10 ms sound like. Powers are mean squares of 16-bit samples. */
export interface WindowReading {
  /** Index into DTMF_SYMBOLS of the strongest row and column. */
  symbolIndex: number;
  /** Power of that row and that column together. */
  tonePower: number;
  /** Power of the weaker of the two over that of the stronger. */
  balance: number;
  /** Power of everything. */
  totalPower: number;
  /** Power of everything in the last 5 ms. */
  recentPower: number;
}

/** Correlation tables of one sample rate, shared by all recognisers. */
export interface SpectrumTables {
  readonly hopSamples: number;
  /** cos and sin per frequency and sample of a hop. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** Turns of each frequency's phase between a hop and the k-th after it. */
  readonly turnCos: Float64Array;
  readonly turnSin: Float64Array;
}

export function createSpectrumTables(sampleRateHz: number): SpectrumTables {
  const hopSamples = Math.round(sampleRateHz / HOPS_PER_SECOND);
  const cos = new Float64Array(FREQUENCY_COUNT * hopSamples);
  const sin = new Float64Array(FREQUENCY_COUNT * hopSamples);
  const turnCos = new Float64Array(FREQUENCY_COUNT * WINDOW_HOPS);
  const turnSin = new Float64Array(FREQUENCY_COUNT * WINDOW_HOPS);
  FREQUENCIES_HZ.forEach((frequencyHz, frequency) => {
    const step = (2 * Math.PI * frequencyHz) / sampleRateHz;
    for (let sample = 0; sample < hopSamples; sample++) {
      cos[frequency * hopSamples + sample] = Math.cos(step * sample);
      sin[frequency * hopSamples + sample] = Math.sin(step * sample);
    }
    for (let hop = 0; hop < WINDOW_HOPS; hop++) {
      turnCos[frequency * WINDOW_HOPS + hop] = Math.cos(step * hopSamples * hop);
      turnSin[frequency * WINDOW_HOPS + hop] = Math.sin(step * hopSamples * hop);
    }
  });
  return { hopSamples, cos, sin, turnCos, turnSin };
}

/**
 * Sliding correlation with the eight DTMF frequencies. Each hop is correlated once; a window is
 * four hops, turned to a common phase and added. Allocates nothing per hop.
 */
export class ToneSpectrum {
  readonly #real = new Float64Array(FREQUENCY_COUNT * WINDOW_HOPS);
  readonly #imaginary = new Float64Array(FREQUENCY_COUNT * WINDOW_HOPS);
  readonly #energy = new Float64Array(WINDOW_HOPS);
  readonly #reading: WindowReading = {
    symbolIndex: 0,
    tonePower: 0,
    balance: 0,
    totalPower: 0,
    recentPower: 0,
  };
  #hops = 0;

  constructor(private readonly tables: SpectrumTables) {}

  /** Takes one hop of samples; the returned object is reused by the next call. */
  addHop(samples: Float64Array): Readonly<WindowReading> {
    const slot = this.#hops % WINDOW_HOPS;
    this.#hops++;
    const energy = this.#correlate(samples, slot);
    const { hopSamples } = this.tables;
    const previous = this.#energy[(slot + WINDOW_HOPS - 1) % WINDOW_HOPS] ?? 0;
    this.#energy[slot] = energy;
    const reading = this.#reading;
    reading.recentPower = (energy + previous) / (2 * hopSamples);
    reading.totalPower = sum(this.#energy) / (WINDOW_HOPS * hopSamples);
    if (reading.totalPower === 0) {
      reading.tonePower = 0;
      return reading;
    }
    this.#findSymbol(slot);
    return reading;
  }

  #correlate(samples: Float64Array, slot: number): number {
    const { cos, sin, hopSamples } = this.tables;
    let energy = 0;
    for (let index = 0; index < hopSamples; index++) {
      const sample = samples[index] ?? 0;
      energy += sample * sample;
    }
    for (let frequency = 0; frequency < FREQUENCY_COUNT; frequency++) {
      let real = 0;
      let imaginary = 0;
      if (energy > 0) {
        const base = frequency * hopSamples;
        for (let index = 0; index < hopSamples; index++) {
          const sample = samples[index] ?? 0;
          real += sample * (cos[base + index] ?? 0);
          imaginary -= sample * (sin[base + index] ?? 0);
        }
      }
      this.#real[frequency * WINDOW_HOPS + slot] = real;
      this.#imaginary[frequency * WINDOW_HOPS + slot] = imaginary;
    }
    return energy;
  }

  #findSymbol(newestSlot: number): void {
    let low = 0;
    let lowPower = -1;
    let high = 0;
    let highPower = -1;
    for (let frequency = 0; frequency < FREQUENCY_COUNT; frequency++) {
      const power = this.#power(frequency, newestSlot);
      if (frequency < LOW_COUNT) {
        if (power > lowPower) [low, lowPower] = [frequency, power];
      } else if (power > highPower) [high, highPower] = [frequency - LOW_COUNT, power];
    }
    this.#reading.symbolIndex = low * DTMF_HIGH_HZ.length + high;
    this.#reading.tonePower = lowPower + highPower;
    this.#reading.balance = Math.min(lowPower, highPower) / Math.max(lowPower, highPower, 1e-9);
  }

  /** Power of a sinusoid of this frequency that fills the window. */
  #power(frequency: number, newestSlot: number): number {
    const { turnCos, turnSin, hopSamples } = this.tables;
    const base = frequency * WINDOW_HOPS;
    let real = 0;
    let imaginary = 0;
    for (let hop = 0; hop < WINDOW_HOPS; hop++) {
      const slot = base + ((newestSlot + 1 + hop) % WINDOW_HOPS);
      const turn = base + hop;
      const hopReal = this.#real[slot] ?? 0;
      const hopImaginary = this.#imaginary[slot] ?? 0;
      real += hopReal * (turnCos[turn] ?? 0) + hopImaginary * (turnSin[turn] ?? 0);
      imaginary += hopImaginary * (turnCos[turn] ?? 0) - hopReal * (turnSin[turn] ?? 0);
    }
    const windowSamples = WINDOW_HOPS * hopSamples;
    return (2 * (real * real + imaginary * imaginary)) / (windowSamples * windowSamples);
  }
}

/** The printable symbol of a reading. */
export function symbolAt(symbolIndex: number): string {
  return DTMF_SYMBOLS.charAt(symbolIndex);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
