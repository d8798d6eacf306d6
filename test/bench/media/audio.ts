import { randomSymbols, renderDtmf, seededRandom } from '../../../local/dtmf/dtmf';
import type { TrueSymbol } from '../../../local/dtmf/dtmf';

export const SAMPLE_RATE_HZ = 8_000;
export const BYTES_PER_SAMPLE = 2;
/** The audio of every call repeats after so long. */
export const LOOP_SECONDS = 60;
/** About -20 dBFS: speech, as far as silence thresholds can tell. */
const NOISE_PEAK = 6_000;
const TONE_DBFS = -12;
const TONE_MS = 50;
const PAUSE_MS = 50;
/** A phrase of 20 symbols takes 2 s; with the rest, a final result comes every 3 s. */
const PHRASE_SYMBOLS = 20;
const PHRASE_MS = 3_000;
/** The two parties speak in turns. */
const SECOND_CHANNEL_DELAY_MS = 1_500;

/** The audio of one kind of call: both channels of one loop. */
export interface CallAudio {
  /** 16-bit samples of LOOP_SECONDS, one array per channel. */
  readonly channels: readonly [Int16Array, Int16Array];
  /** What a recogniser of tones has to hear, per channel; empty for noise. */
  readonly truth: readonly [readonly TrueSymbol[], readonly TrueSymbol[]];
}

/** Noise that never repeats within the loop: a piece that is lost or moved does not compare. */
export function createNoise(seed = 1): CallAudio {
  const channels = [noise(seededRandom(seed)), noise(seededRandom(seed + 1))] as const;
  return { channels: [...channels], truth: [[], []] };
}

/** Random DTMF symbols in phrases of 2 s. */
export function createTones(seed = 3): CallAudio {
  const first = phrases(seededRandom(seed), 0);
  const second = phrases(seededRandom(seed + 1), SECOND_CHANNEL_DELAY_MS);
  return {
    channels: [first.samples, second.samples],
    truth: [first.truth, second.truth],
  };
}

/** Both channels as Transcribe hears them: sample after sample, caller first. */
export function interleaved({ channels: [first, second] }: CallAudio): Buffer {
  const both = new Int16Array(first.length * 2);
  for (let at = 0; at < first.length; at++) {
    both[2 * at] = first[at] ?? 0;
    both[2 * at + 1] = second[at] ?? 0;
  }
  return Buffer.from(both.buffer);
}

function noise(random: () => number): Int16Array {
  const samples = new Int16Array(LOOP_SECONDS * SAMPLE_RATE_HZ);
  for (let at = 0; at < samples.length; at++) {
    samples[at] = Math.round((random() * 2 - 1) * NOISE_PEAK);
  }
  return samples;
}

function phrases(
  random: () => number,
  delayMs: number,
): { samples: Int16Array; truth: TrueSymbol[] } {
  const samples = new Int16Array(LOOP_SECONDS * SAMPLE_RATE_HZ);
  const truth: TrueSymbol[] = [];
  const phraseLengthMs = PHRASE_SYMBOLS * (TONE_MS + PAUSE_MS);
  for (let fromMs = delayMs; fromMs + phraseLengthMs < LOOP_SECONDS * 1000; fromMs += PHRASE_MS) {
    const phrase = renderDtmf({
      symbols: randomSymbols(PHRASE_SYMBOLS, random),
      toneMs: TONE_MS,
      pauseMs: PAUSE_MS,
      sampleRateHz: SAMPLE_RATE_HZ,
      amplitudeDbfs: TONE_DBFS,
    });
    samples.set(phrase.samples, (fromMs * SAMPLE_RATE_HZ) / 1000);
    for (const { symbol, startMs, endMs } of phrase.truth) {
      truth.push({ symbol, startMs: fromMs + startMs, endMs: fromMs + endMs });
    }
  }
  return { samples, truth };
}
