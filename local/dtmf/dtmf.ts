/** Row and column frequencies of ITU-T Q.23, and the symbol at each crossing. */
export const DTMF_LOW_HZ = [697, 770, 852, 941] as const;
export const DTMF_HIGH_HZ = [1209, 1336, 1477, 1633] as const;
export const DTMF_SYMBOLS = '123A456B789C*0#D';

const FULL_SCALE = 32_767;
const DEFAULT_RAMP_MS = 2;
/** Small seeds give small numbers at first. */
const WARM_UP_TURNS = 20;

export interface DtmfOptions {
  /** Any of `0-9 A-D * #`. */
  readonly symbols: string;
  readonly toneMs: number;
  /** Silence after every tone, the last one included. */
  readonly pauseMs: number;
  readonly sampleRateHz: number;
  /** Peak of the two tones' sum, relative to full scale; at most 0. */
  readonly amplitudeDbfs: number;
  /** Silence before the first tone; default 0. */
  readonly leadMs?: number;
  /** Length of the linear rise and fall inside each tone; 0 switches at once. Default 2. */
  readonly rampMs?: number;
}

/** `startMs` is the first sample of the tone, `endMs` the first sample after it. */
export interface TrueSymbol {
  readonly symbol: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface RenderedDtmf {
  readonly samples: Int16Array;
  readonly truth: TrueSymbol[];
}

/**
 * Audio of a sequence of DTMF symbols, with exact zeros between the tones. The truth is given
 * after rounding to whole samples, so that it is what the samples really hold.
 */
export function renderDtmf(options: DtmfOptions): RenderedDtmf {
  const { symbols, toneMs, pauseMs, sampleRateHz, leadMs = 0 } = options;
  const toSample = (ms: number) => Math.round((ms * sampleRateHz) / 1000);
  const toMs = (sample: number) => (sample * 1000) / sampleRateHz;
  const samples = new Int16Array(toSample(leadMs + symbols.length * (toneMs + pauseMs)));
  const truth = Array.from(symbols, (symbol, index) => {
    const startMs = leadMs + index * (toneMs + pauseMs);
    const start = toSample(startMs);
    const end = toSample(startMs + toneMs);
    renderTone(samples.subarray(start, end), symbol, start, options);
    return { symbol, startMs: toMs(start), endMs: toMs(end) };
  });
  return { samples, truth };
}

/** `count` symbols drawn evenly; `random` gives numbers in [0, 1). */
export function randomSymbols(count: number, random: () => number): string {
  let symbols = '';
  for (let index = 0; index < count; index++) {
    symbols += DTMF_SYMBOLS.charAt(Math.floor(random() * DTMF_SYMBOLS.length));
  }
  return symbols;
}

/** Evenly spread numbers in [0, 1) by Marsaglia's xorshift; the same seed gives the same ones. */
export function seededRandom(seed: number): () => number {
  // Zero is the one state that xorshift never leaves.
  let state = seed >>> 0 || 0x9e3779b9;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  for (let turn = 0; turn < WARM_UP_TURNS; turn++) next();
  return next;
}

/** Fills `tone`; the phase runs on `firstSample`, so that neighbouring tones stay continuous. */
function renderTone(tone: Int16Array, symbol: string, firstSample: number, options: DtmfOptions) {
  const { sampleRateHz, amplitudeDbfs, rampMs = DEFAULT_RAMP_MS } = options;
  const position = DTMF_SYMBOLS.indexOf(symbol);
  const lowHz = DTMF_LOW_HZ[position >> 2];
  const highHz = DTMF_HIGH_HZ[position & 3];
  if (symbol.length !== 1 || lowHz === undefined || highHz === undefined) {
    throw new TypeError(`symbols: "${symbol}" is none of ${DTMF_SYMBOLS}`);
  }
  const peak = (FULL_SCALE / 2) * 10 ** (amplitudeDbfs / 20);
  const rampSamples = Math.min((rampMs * sampleRateHz) / 1000, tone.length / 2);
  for (let index = 0; index < tone.length; index++) {
    const turns = (2 * Math.PI * (firstSample + index)) / sampleRateHz;
    const fromEdge = Math.min(index + 1, tone.length - index);
    const gain = fromEdge >= rampSamples ? 1 : fromEdge / rampSamples;
    tone[index] = Math.round(gain * peak * (Math.sin(lowHz * turns) + Math.sin(highHz * turns)));
  }
}
