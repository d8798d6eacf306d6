import type { Item, Result } from '@aws-sdk/client-transcribe-streaming';

import type { SessionPlace } from '../transcribe/transcribe-item';

/** One pronounced word on the call's timeline. */
export interface TimedWord {
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly confidence?: number;
}

/** A result of one channel on the call's timeline; `words` is empty for partials. */
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
 * text with them.
 */
export function fromResult(
  result: Result,
  place: SessionPlace,
  sampleRateHz: number,
  knownTo: (channelIndex: number) => number,
): TimedResult {
  const at = (seconds: number | undefined) =>
    place.startSample + Math.round((seconds ?? 0) * sampleRateHz);
  const channelIndex = channelOf(result.ChannelId);
  const known = knownTo(channelIndex);
  const alternative = result.Alternatives?.[0];
  const items = alternative?.Items ?? [];
  const isOwn = (item: Item) => {
    const midpoint = (at(item.StartTime) + at(item.EndTime ?? item.StartTime)) / 2;
    return midpoint >= known && midpoint < place.ownsTo;
  };
  const kept = ownItems(items, isOwn);
  const complete = kept.length === items.length;
  const words = kept.filter(isWord).map((item) => ({
    text: item.Content ?? '',
    startSample: Math.max(at(item.StartTime), known),
    endSample: Math.max(at(item.EndTime ?? item.StartTime), known),
    ...(item.Confidence === undefined ? {} : { confidence: item.Confidence }),
  }));
  return {
    channelIndex,
    resultId: result.ResultId ?? '',
    isPartial: result.IsPartial ?? false,
    text: complete ? (alternative?.Transcript ?? joinItems(kept)) : joinItems(kept),
    startSample: at(result.StartTime),
    endSample: at(result.EndTime),
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

/** Own words, and the punctuation that follows an own word. */
function ownItems(items: readonly Item[], isOwn: (item: Item) => boolean): Item[] {
  let own = false;
  return items.filter((item) => {
    if (isWord(item)) own = isOwn(item);
    return own;
  });
}

function joinItems(items: readonly Item[]): string {
  let text = '';
  for (const item of items) text += isWord(item) && text !== '' ? ` ${item.Content}` : item.Content;
  return text;
}
