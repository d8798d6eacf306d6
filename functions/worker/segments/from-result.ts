import type { Item, Result } from '@aws-sdk/client-transcribe-streaming';

import type { SessionPlace } from '../transcribe/transcribe-item';
import { ownText } from './own-text';

/** One pronounced word on the call's timeline. */
export interface TimedWord {
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly confidence?: number;
}

/** A result of one channel on the call's timeline. */
export interface TimedResult {
  readonly channelIndex: number;
  readonly resultId: string;
  readonly isPartial: boolean;
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly words: readonly TimedWord[];
  readonly languageCode?: string;
}

/**
 * Maps a service result onto the timeline. Words whose midpoint lies before `knownTo` are in the
 * log already, words from `place.ownsTo` on are the next session's: both are left out, and the
 * text with them. Every field of a result may be missing (PROTOCOLS C2): a word without times
 * lies where the one before it ends, a text without words where the result lies. No word begins
 * before `wordsTo`, where the last word in the log ends.
 */
export function fromResult(
  result: Result,
  place: SessionPlace,
  sampleRateHz: number,
  knownTo: (channelIndex: number) => number,
  wordsTo = knownTo,
): TimedResult {
  const at = (seconds: number) => place.startSample + Math.round(seconds * sampleRateHz);
  const channelIndex = channelOf(result.ChannelId);
  const known = knownTo(channelIndex);
  const last = wordsTo(channelIndex);
  const isOwn = (start: number, end: number) => {
    const midpoint = (start + end) / 2;
    return midpoint >= known && midpoint < place.ownsTo;
  };
  // What lies beyond is another session's to decide on, also when nothing was said there.
  const within = (sample: number) => Math.max(known, Math.min(sample, place.ownsTo));
  const startSample = at(result.StartTime ?? 0);
  const endSample = Math.max(startSample, at(result.EndTime ?? result.StartTime ?? 0));
  const alternative = result.Alternatives?.[0];
  const items = alternative?.Items ?? [];
  const words: TimedWord[] = [];
  let own = false;
  let before = startSample;
  const kept = items.map((item) => {
    // Punctuation goes with the word that it follows.
    if (!isWord(item)) return own;
    const start = item.StartTime === undefined ? before : at(item.StartTime);
    const end = item.EndTime === undefined ? start : Math.max(start, at(item.EndTime));
    before = end;
    own = isOwn(start, end);
    if (own) words.push(timedWord(item, Math.max(start, last), Math.max(end, last)));
    return own;
  });
  const isWhole = items.length > 0 || isOwn(startSample, endSample);
  return {
    channelIndex,
    resultId: result.ResultId ?? `${place.ordinal}-${startSample}`,
    isPartial: result.IsPartial ?? false,
    text: isWhole ? ownText(alternative?.Transcript, items, kept) : '',
    startSample: within(startSample),
    endSample: within(endSample),
    words,
    ...(result.LanguageCode === undefined ? {} : { languageCode: result.LanguageCode }),
  };
}

/** Our channels are sent in this order; the service numbers them so. */
function channelOf(channelId: string | undefined): number {
  return channelId === 'ch_1' ? 1 : 0;
}

function isWord(item: Item): boolean {
  return item.Type !== 'punctuation';
}

function timedWord(item: Item, startSample: number, endSample: number): TimedWord {
  const text = item.Content ?? '';
  if (item.Confidence === undefined) return { text, startSample, endSample };
  return { text, startSample, endSample, confidence: item.Confidence };
}
