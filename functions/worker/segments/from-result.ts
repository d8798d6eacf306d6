import type { IssueDetected, LanguageWithScore } from '@aws-sdk/client-transcribe-streaming';

import type { SessionResult } from '../transcribe/session-result';
import type { SessionPlace } from '../transcribe/transcribe-item';
import { isGiven } from './is-given';
import { ownAlternative, type OwnAlternative, type OwnRange } from './own-alternative';
import type { LanguageScore, TextRange, TimedAlternative, TimedResult } from './timed-result';

/**
 * Maps a service result onto the timeline. Words whose midpoint lies before `knownTo` are in the
 * log already, words from `place.ownsTo` on are the next session's: both are left out, and text,
 * readings, entities and issues with them. Every field of a result may be missing (PROTOCOLS C2):
 * a word without times lies where the one before it ends, a text without words where the result
 * lies. No word begins before `wordsTo`, where the last word in the log ends.
 */
export function fromResult(
  result: SessionResult,
  place: SessionPlace,
  sampleRateHz: number,
  knownTo: (channelIndex: number) => number,
  wordsTo = knownTo,
): TimedResult {
  const at = (seconds: number) => place.startSample + Math.round(seconds * sampleRateHz);
  const channelIndex = channelOf(result.ChannelId);
  const known = knownTo(channelIndex);
  const isOwn = (start: number, end: number) => {
    const midpoint = (start + end) / 2;
    return midpoint >= known && midpoint < place.ownsTo;
  };
  // What lies beyond is another session's to decide on, also when nothing was said there.
  const within = (sample: number) => Math.max(known, Math.min(sample, place.ownsTo));
  const startSample = at(result.StartTime ?? 0);
  const endSample = Math.max(startSample, at(result.EndTime ?? result.StartTime ?? 0));
  const range: OwnRange = {
    at,
    isOwn,
    last: wordsTo(channelIndex),
    startSample,
    isWhole: isOwn(startSample, endSample),
  };
  const [first = {}, ...others] = result.Alternatives ?? [];
  const best = ownAlternative(first, range);
  return {
    channelIndex,
    resultId: result.ResultId ?? `${place.ordinal}-${startSample}`,
    isPartial: result.IsPartial ?? false,
    ...withoutPlace(best),
    startSample: within(startSample),
    endSample: within(endSample),
    ...(!isGiven(result.LanguageCode) ? {} : { languageCode: result.LanguageCode }),
    ...readingsOf(others.map((other) => ownAlternative(other, range))),
    ...scoresOf(result.LanguageIdentification),
    ...(!isGiven(result.ParticipantRole) ? {} : { participantRole: result.ParticipantRole }),
    ...(!isGiven(result.Sentiment) ? {} : { sentiment: result.Sentiment }),
    ...issuesOf(result.IssuesDetected, best),
  };
}

/** Our channels are sent in this order; the service numbers them so. */
function channelOf(channelId: string | undefined): number {
  return channelId === 'ch_1' ? 1 : 0;
}

function withoutPlace({ textFrom: _from, ...alternative }: OwnAlternative): TimedAlternative {
  return alternative;
}

function readingsOf(others: readonly OwnAlternative[]): Pick<TimedResult, 'alternatives'> {
  const alternatives = others.filter(({ text }) => text !== '').map(withoutPlace);
  return alternatives.length === 0 ? {} : { alternatives };
}

function scoresOf(
  languages: readonly LanguageWithScore[] | undefined,
): Pick<TimedResult, 'languageScores'> {
  const languageScores: LanguageScore[] = [];
  for (const { LanguageCode, Score } of languages ?? []) {
    if (!isGiven(LanguageCode) || !isGiven(Score)) continue;
    languageScores.push({ languageCode: LanguageCode, score: Score });
  }
  return languageScores.length === 0 ? {} : { languageScores };
}

/** Issues lie in the service's text; what is left of them lies in ours. */
function issuesOf(
  detected: readonly IssueDetected[] | undefined,
  { text, textFrom }: OwnAlternative,
): Pick<TimedResult, 'issues'> {
  if (textFrom === undefined || !isGiven(detected)) return {};
  const issues: TextRange[] = [];
  for (const { CharacterOffsets } of detected) {
    const begin = Math.max(0, (CharacterOffsets?.Begin ?? 0) - textFrom);
    const end = Math.min(text.length, (CharacterOffsets?.End ?? 0) - textFrom);
    if (end > begin) issues.push({ begin, end });
  }
  return issues.length === 0 ? {} : { issues };
}
