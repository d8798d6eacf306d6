import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';

/** One sample is one millisecond: positions, times and lengths are the same numbers. */
export const RATE_HZ = 1_000;
/** Peaks below it are silence. */
export const SILENCE_PEAK = 33;
export const CHUNK = 200;

/** Quieter than silence: the onset of a word before its sound. */
const FAINT = 7;
const LOUD = 1_000;
const LOW_BITS = 14;

/** Sound in [from, to) of one channel; its first `faint` samples lie below the silence threshold. */
export interface Word {
  readonly from: number;
  readonly to: number;
  readonly faint: number;
}

/** A call's words per channel, rising and with silence in between. */
export type Talk = readonly (readonly Word[])[];

export interface TalkOptions {
  readonly channels: number;
  readonly lengthMs: number;
  /** How likely a long silence on all channels is after a sentence. */
  readonly longPauses: number;
  /** No two words are further apart than this, if that is given: no silent chunk anywhere. */
  readonly maxGapMs?: number;
}

export function randomTalk(options: TalkOptions, random: () => number): Talk {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from));
  const pauses: { readonly from: number; readonly to: number }[] = [];
  for (let at = 0; at < options.lengthMs; at += whole(5_000, 20_000)) {
    if (random() < options.longPauses) pauses.push({ from: at, to: at + whole(3_000, 14_000) });
  }
  return Array.from({ length: options.channels }, () => {
    const words: Word[] = [];
    let at = whole(0, options.maxGapMs ?? 1_500);
    for (;;) {
      const to = at + whole(120, 600);
      if (to > options.lengthMs) return words;
      const pause = pauses.find((each) => at < each.to + 40 && to > each.from - 40);
      if (pause === undefined) {
        words.push({ from: at, to, faint: random() < 0.3 ? whole(10, 100) : 0 });
      }
      at = pause === undefined ? to + gap() : pause.to + 40 + whole(0, 400);
    }
  });

  function gap(): number {
    if (options.maxGapMs !== undefined) return whole(20, options.maxGapMs);
    return random() < 0.8 ? whole(20, 120) : whole(300, 1_500);
  }
}

/** The samples [from, to) of all channels; each loud one tells its own position. */
export function chunkOf(talk: Talk, from: number, to: number): AudioChunk {
  const samples = new Int16Array((to - from) * talk.length);
  const peaks = talk.map(() => 0);
  talk.forEach((words, channel) => {
    for (const word of words) {
      for (let at = Math.max(from, word.from); at < Math.min(to, word.to); at++) {
        const value = at < word.from + word.faint ? FAINT : codeOf(at);
        samples[(at - from) * talk.length + channel] = value;
        peaks[channel] = Math.max(peaks[channel] as number, Math.abs(value));
      }
    }
  });
  const bytes = new Uint8Array(samples.buffer);
  return { startSample: from, sampleCount: to - from, bytes, peaks };
}

/** Even positions are positive and hold the low bits, odd ones negative and hold the others. */
function codeOf(position: number): number {
  const pair = position >> 1;
  const isOdd = position % 2 === 1;
  return isOdd ? -(LOUD + (pair >> LOW_BITS)) : LOUD + (pair & ((1 << LOW_BITS) - 1));
}

/** Whether `sample` may be the one at `position`. */
export function isAt(sample: number, position: number): boolean {
  return sample === FAINT || sample === codeOf(position);
}

/** Where two neighbouring loud samples lie; undefined when there are none. */
export function positionOf(samples: readonly number[]): number | undefined {
  for (let i = 0; i + 1 < samples.length; i++) {
    const [first, second] = [samples[i] as number, samples[i + 1] as number];
    if (Math.abs(first) < LOUD || Math.abs(second) < LOUD) continue;
    const [even, odd] = first > 0 ? [first, second] : [second, first];
    const low = even - LOUD;
    const high = -odd - LOUD;
    // A pair whose odd half comes first straddles two pairs: the even half is the later one.
    if (first > 0) return 2 * ((high << LOW_BITS) | low) - i;
    const pair = low === 0 ? (high + 1) << LOW_BITS : (high << LOW_BITS) | low;
    return 2 * pair - 1 - i;
  }
  return undefined;
}
