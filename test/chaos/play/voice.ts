import { renderDtmf } from '../../../local/dtmf/dtmf';
import type { ChannelPlan } from '../plan/call-plan';
import { TONE_MS } from '../plan/talk';

export const SAMPLE_RATE_HZ = 8_000;
const SAMPLES_PER_MS = SAMPLE_RATE_HZ / 1000;
const BYTES_PER_SAMPLE = 2;

type Talk = Pick<ChannelPlan, 'symbols' | 'amplitudeDbfs'>;

/** The audio of one channel, asked for piece by piece, each later than the one before. */
export class Voice {
  #next = 0;

  constructor(private readonly talk: Talk) {}

  /** 16-bit little-endian PCM of [fromMs, toMs); whole milliseconds. */
  between(fromMs: number, toMs: number): Uint8Array {
    const bytes = new Uint8Array((toMs - fromMs) * SAMPLES_PER_MS * BYTES_PER_SAMPLE);
    const { symbols, amplitudeDbfs } = this.talk;
    while ((symbols[this.#next]?.endMs ?? Infinity) <= fromMs) this.#next += 1;
    for (let index = this.#next; ; index++) {
      const symbol = symbols[index];
      if (symbol === undefined || symbol.startMs >= toMs) return bytes;
      const tone = toneOf(symbol.symbol, amplitudeDbfs);
      const from = Math.max(fromMs, symbol.startMs);
      const to = Math.min(toMs, symbol.endMs);
      bytes.set(
        tone.subarray(offsetOf(from - symbol.startMs), offsetOf(to - symbol.startMs)),
        offsetOf(from - fromMs),
      );
    }
  }
}

function offsetOf(ms: number): number {
  return ms * SAMPLES_PER_MS * BYTES_PER_SAMPLE;
}

/** 16 symbols at a handful of levels. */
const tones = new Map<string, Uint8Array>();

function toneOf(symbol: string, amplitudeDbfs: number): Uint8Array {
  const key = `${symbol}${amplitudeDbfs}`;
  let tone = tones.get(key);
  if (tone === undefined) {
    const { samples } = renderDtmf({
      symbols: symbol,
      toneMs: TONE_MS,
      pauseMs: 0,
      sampleRateHz: SAMPLE_RATE_HZ,
      amplitudeDbfs,
    });
    tone = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    tones.set(key, tone);
  }
  return tone;
}
