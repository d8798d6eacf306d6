import type { Channel } from '../../shared/call';
import type { Word } from '../../shared/events';
import type { CallRecord } from '../../shared/record';
import { RATE_HZ, START_MS } from './fake-edges';
import type { SpokenWord } from './value-session';

/** The time of day of a moment of the call. */
export const at = (ms: number) => new Date(START_MS + ms).toISOString();

/** Words of `lengthMs`, one every `everyMs`, numbered from `first` on. */
export function words(
  first: number,
  fromMs: number,
  toMs: number,
  everyMs: number,
  lengthMs = 80,
): SpokenWord[] {
  const spoken: SpokenWord[] = [];
  for (let ms = fromMs; ms + lengthMs <= toMs; ms += everyMs) {
    spoken.push({
      word: first + spoken.length,
      startSample: (ms * RATE_HZ) / 1000,
      endSample: ((ms + lengthMs) * RATE_HZ) / 1000,
    });
  }
  return spoken;
}

/** What these words are in a transcript. */
export function said(spoken: readonly SpokenWord[] = []): Word[] {
  return spoken.map(({ word, startSample, endSample }) => ({
    text: String(word),
    startMs: (startSample * 1000) / RATE_HZ,
    endMs: (endSample * 1000) / RATE_HZ,
    confidence: 1,
  }));
}

/** The words that `records` have of a channel. */
export function heard(records: readonly CallRecord[], channel: Channel): Word[] {
  return factsOf(records).flatMap((fact) =>
    fact.type === 'segment' && fact.channel === channel ? fact.words : [],
  );
}

export function factsOf(records: readonly CallRecord[]): CallRecord['fact'][] {
  return records.map(({ fact }) => fact);
}
