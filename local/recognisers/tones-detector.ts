import type { SpectrumTables, WindowReading } from './tones-spectrum';
import { ToneSpectrum, WINDOW_HOPS } from './tones-spectrum';

/** Shorter tones are slivers of a symbol that was cut; at 50 ms about a third of one. */
const MIN_TONE_MS = 17.5;
/** Share of a window's power that must lie in one row and one column. */
const MIN_TONALITY = 0.8;
/** From this share on the window lies wholly inside one tone. */
const PURE_TONALITY = 0.93;
/** Row and column may differ by 12 dB. */
const MIN_BALANCE = 0.06;
/** Root mean square of 7 in 16 bits, about 20 dB below a tone at -50 dBFS. */
const MIN_POWER = 50;
/** A tone ends when 5 ms hold less than this share of its power. */
const END_SHARE = 0.25;
/** Samples above this share of the tone's power speak for the tone, those below for the pause. */
const EDGE_SHARE = 0.12;
/** Another symbol must be heard this often in a row before it ends a running tone. */
const CHANGE_HOPS = 2;
/** How far back edges are looked for. */
const SEARCH_HOPS = 2 * WINDOW_HOPS;

export interface DetectedTone {
  readonly symbolIndex: number;
  readonly startSample: number;
  /** The first sample after the tone. */
  readonly endSample: number;
}

interface OpenTone {
  symbolIndex: number;
  readonly startSample: number;
  power: number;
  purity: number;
  changeHops: number;
}

/**
 * Finds DTMF tones and their edges to about a millisecond. Samples are taken in hops of 2.5 ms
 * counted from the first one, so results do not depend on how they are pushed. Keeps 20 ms of
 * samples, whatever a tone's length.
 */
export class ToneDetector {
  /** Samples taken in so far. */
  position = 0;
  readonly #spectrum: ToneSpectrum;
  readonly #hop: Float64Array;
  readonly #history: Int16Array;
  readonly #historyMask: number;
  readonly #minToneSamples: number;
  #hopFill = 0;
  #open: OpenTone | undefined;
  #lastEndSample = 0;

  /** `onHop` is called after every hop, after the tone that it may have ended. */
  constructor(
    sampleRateHz: number,
    tables: SpectrumTables,
    private readonly onTone: (tone: DetectedTone) => void,
    private readonly onHop: () => void,
  ) {
    const { hopSamples } = tables;
    this.#spectrum = new ToneSpectrum(tables);
    this.#hop = new Float64Array(hopSamples);
    const historySamples = 2 ** Math.ceil(Math.log2((SEARCH_HOPS + 1) * hopSamples));
    this.#history = new Int16Array(historySamples);
    this.#historyMask = historySamples - 1;
    this.#minToneSamples = (MIN_TONE_MS * sampleRateHz) / 1000;
  }

  get toneIsOpen(): boolean {
    return this.#open !== undefined;
  }

  push(samples: Int16Array): void {
    const hop = this.#hop;
    for (const sample of samples) {
      hop[this.#hopFill++] = sample;
      this.#history[this.position++ & this.#historyMask] = sample;
      if (this.#hopFill === hop.length) {
        this.#hopFill = 0;
        this.#onReading(this.#spectrum.addHop(hop));
        this.onHop();
      }
    }
  }

  /** Ends a tone that runs to the last sample. */
  finish(): void {
    if (this.#open) this.#close(this.#open, this.#findEnd(this.#open));
  }

  #onReading(reading: Readonly<WindowReading>): void {
    const tone = this.#open;
    if (!tone) {
      if (isTone(reading)) this.#openTone(reading, this.#findStart(reading));
      return;
    }
    tone.power = Math.max(tone.power, reading.tonePower);
    if (reading.recentPower < END_SHARE * tone.power) {
      this.#close(tone, this.#findEnd(tone));
      return;
    }
    if (isTone(reading)) this.#follow(tone, reading);
  }

  #follow(tone: OpenTone, reading: Readonly<WindowReading>): void {
    const purity = reading.tonePower / reading.totalPower;
    if (reading.symbolIndex === tone.symbolIndex) {
      tone.purity = Math.max(tone.purity, purity);
      tone.changeHops = 0;
      return;
    }
    if (tone.purity < PURE_TONALITY) {
      // Only its edge has been heard so far, where neighbouring rows are still blurred.
      tone.symbolIndex = reading.symbolIndex;
      tone.purity = purity;
      return;
    }
    tone.changeHops += 1;
    if (tone.changeHops < CHANGE_HOPS) return;
    // Two tones without a pause: the first window of the new one began about at the boundary.
    const back = (WINDOW_HOPS - 0.5 + CHANGE_HOPS - 1) * this.#hop.length;
    const boundary = Math.max(tone.startSample, Math.round(this.position - back));
    this.#close(tone, boundary);
    this.#openTone(reading, boundary);
  }

  #openTone(reading: Readonly<WindowReading>, startSample: number): void {
    this.#open = {
      symbolIndex: reading.symbolIndex,
      startSample,
      power: reading.tonePower,
      purity: reading.tonePower / reading.totalPower,
      changeHops: 0,
    };
  }

  #close(tone: OpenTone, endSample: number): void {
    this.#open = undefined;
    this.#lastEndSample = endSample;
    if (endSample - tone.startSample < this.#minToneSamples) return;
    this.onTone({ symbolIndex: tone.symbolIndex, startSample: tone.startSample, endSample });
  }

  /** The sample from which on the evidence for the tone, summed to now, is greatest. */
  #findStart(reading: Readonly<WindowReading>): number {
    const threshold = EDGE_SHARE * reading.tonePower;
    const from = Math.max(this.#lastEndSample, this.position - SEARCH_HOPS * this.#hop.length);
    let evidence = 0;
    let best = 0;
    let start = this.position;
    for (let position = this.position - 1; position >= from; position--) {
      const sample = this.#history[position & this.#historyMask] ?? 0;
      evidence += sample * sample - threshold;
      if (evidence >= best) [best, start] = [evidence, position];
    }
    return start;
  }

  /** The sample up to which the evidence for the tone is greatest. */
  #findEnd(tone: OpenTone): number {
    const threshold = EDGE_SHARE * tone.power;
    const from = Math.max(tone.startSample, this.position - SEARCH_HOPS * this.#hop.length);
    let evidence = 0;
    let best = 0;
    let end = from;
    for (let position = from; position < this.position; position++) {
      const sample = this.#history[position & this.#historyMask] ?? 0;
      evidence += sample * sample - threshold;
      if (evidence >= best) [best, end] = [evidence, position + 1];
    }
    return end;
  }
}

function isTone(reading: Readonly<WindowReading>): boolean {
  return (
    reading.tonePower >= MIN_POWER &&
    reading.tonePower >= MIN_TONALITY * reading.totalPower &&
    reading.balance >= MIN_BALANCE
  );
}
