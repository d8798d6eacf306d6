import type { Alternative, Entity, Item } from '@aws-sdk/client-transcribe-streaming';

import { ownText, type OwnText } from './own-text';
import type { TimedAlternative, TimedEntity, TimedPunctuation, TimedWord } from './timed-result';
import { isGiven } from './is-given';

/** What of a result is this session's own, in samples of the call's timeline. */
export interface OwnRange {
  /** Timeline position of a time of the session, in seconds. */
  at(seconds: number): number;
  /** By the midpoint. */
  isOwn(startSample: number, endSample: number): boolean;
  /** Where the last word in the log ends: nothing begins before. */
  readonly last: number;
  /** Where a word without times lies, unless one stands before it. */
  readonly startSample: number;
  /** Whether a text that came without items is kept. */
  readonly isWhole: boolean;
}

export interface OwnAlternative extends TimedAlternative {
  /** Where the text begins in the service's; undefined when that cannot be said. */
  readonly textFrom: number | undefined;
}

/**
 * The words of a reading that are ours, and with them its text, punctuation and entities. Every
 * field may be missing (PROTOCOLS C2).
 */
export function ownAlternative(
  { Transcript, Items, Entities }: Alternative,
  range: OwnRange,
): OwnAlternative {
  const items = Items ?? [];
  const words: TimedWord[] = [];
  const punctuation: TimedPunctuation[] = [];
  let own = false;
  let before = range.startSample;
  const kept = items.map((item) => {
    // Punctuation goes with the word that it follows.
    if (item.Type === 'punctuation') {
      if (own) punctuation.push(timedPunctuation(item, words.length - 1));
      return own;
    }
    const start = !isGiven(item.StartTime) ? before : range.at(item.StartTime);
    const end = !isGiven(item.EndTime) ? start : Math.max(start, range.at(item.EndTime));
    before = end;
    own = range.isOwn(start, end);
    if (own) words.push(timedWord(item, Math.max(start, range.last), Math.max(end, range.last)));
    return own;
  });
  const isKept = items.length > 0 || range.isWhole;
  const { text, from }: OwnText = isKept
    ? ownText(Transcript ?? undefined, items, kept)
    : { text: '', from: undefined };
  const isAll = isKept && kept.every(Boolean);
  const entities = text === '' ? [] : ownEntities(Entities, range, isAll);
  return {
    text,
    textFrom: from,
    words,
    ...(punctuation.length === 0 ? {} : { punctuation }),
    ...(entities.length === 0 ? {} : { entities }),
  };
}

function timedWord(item: Item, startSample: number, endSample: number): TimedWord {
  const { Content, Confidence, Speaker, Stable, VocabularyFilterMatch } = item;
  return {
    text: Content ?? '',
    startSample,
    endSample,
    ...(!isGiven(Confidence) ? {} : { confidence: Confidence }),
    ...(!isGiven(Speaker) ? {} : { speaker: Speaker }),
    ...(!isGiven(Stable) ? {} : { stable: Stable }),
    // Said of every word by some sessions; what matters are the words that match.
    ...(VocabularyFilterMatch === true ? { vocabularyFilterMatch: true } : {}),
  };
}

function timedPunctuation({ Content, Confidence }: Item, afterWord: number): TimedPunctuation {
  const punctuation = { text: Content ?? '', afterWord };
  return !isGiven(Confidence) ? punctuation : { ...punctuation, confidence: Confidence };
}

/** An entity without times belongs to a text that is kept whole only. */
function ownEntities(
  entities: readonly Entity[] | undefined,
  range: OwnRange,
  isAll: boolean,
): TimedEntity[] {
  const own: TimedEntity[] = [];
  for (const { StartTime, EndTime, Content, Category, Type, Confidence } of entities ?? []) {
    const start = !isGiven(StartTime) ? range.startSample : range.at(StartTime);
    const end = !isGiven(EndTime) ? start : Math.max(start, range.at(EndTime));
    if (!isAll && (!isGiven(StartTime) || !range.isOwn(start, end))) continue;
    own.push({
      ...(!isGiven(Content) ? {} : { text: Content }),
      ...(!isGiven(Category) ? {} : { category: Category }),
      ...(!isGiven(Type) ? {} : { type: Type }),
      startSample: Math.max(start, range.last),
      endSample: Math.max(end, range.last),
      ...(!isGiven(Confidence) ? {} : { confidence: Confidence }),
    });
  }
  return own;
}
