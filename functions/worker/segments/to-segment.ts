import type { Channel } from '../../../shared/call';
import { isoTime } from '../../../shared/clock';
import type { CategoryMatch, SegmentReading, TranscriptSegment } from '../../../shared/events';
import type { SessionResult } from '../transcribe/session-result';
import type { SessionPlace } from '../transcribe/transcribe-item';
import type { TimedAlternative, TimedResult } from './timed-result';

/** What turns samples into milliseconds and moments; null before any leg has delivered. */
export interface Timeline {
  readonly startTimeMs: number | null;
  readonly sampleRateHz: number | null;
}

/** A result as it is written down. Its range is that of its words, if there are words. */
export function segmentOf(
  timed: TimedResult,
  channel: Channel,
  place: SessionPlace,
  timeline: Timeline,
): TranscriptSegment {
  const { languageCode, languageScores, alternatives, participantRole, sentiment, issues } = timed;
  const reading = readingOf(timed, timeline);
  const { words } = reading;
  const startMs = Math.min(...words.map((word) => word.startMs));
  const endMs = Math.max(...words.map((word) => word.endMs));
  const isTimed = words.length > 0;
  const range = {
    startMs: isTimed ? startMs : toMs(timed.startSample, timeline),
    endMs: isTimed ? endMs : toMs(timed.endSample, timeline),
  };
  const { text, ...inside } = reading;
  return {
    channel,
    ...range,
    startTime: isoTime((timeline.startTimeMs ?? 0) + range.startMs),
    text,
    ...inside,
    resultId: timed.resultId,
    sessionOrdinal: place.ordinal,
    ...(languageCode === undefined ? {} : { languageCode }),
    ...(languageScores === undefined ? {} : { languageScores: [...languageScores] }),
    ...(alternatives === undefined
      ? {}
      : { alternatives: alternatives.map((each) => readingOf(each, timeline)) }),
    ...(participantRole === undefined ? {} : { participantRole }),
    ...(sentiment === undefined ? {} : { sentiment }),
    ...(issues === undefined ? {} : { issues: [...issues] }),
  };
}

/** The categories that one result of a session tells of. */
export function categoriesOf(
  { Categories }: SessionResult,
  place: SessionPlace,
  timeline: Timeline,
): CategoryMatch[] {
  const rateHz = timeline.sampleRateHz ?? 0;
  const at = (ms: number | undefined) =>
    toMs(place.startSample + Math.round(((ms ?? 0) * rateHz) / 1000), timeline);
  const { MatchedCategories: names = [], MatchedDetails: details = {} } = Categories ?? {};
  return names.map((name) => ({
    name,
    ranges: (details[name]?.TimestampRanges ?? []).map((range) => ({
      startMs: at(range.BeginOffsetMillis),
      endMs: at(range.EndOffsetMillis ?? range.BeginOffsetMillis),
    })),
    sessionOrdinal: place.ordinal,
  }));
}

export function toMs(sample: number, timeline: Timeline): number {
  return Math.max(0, Math.round((sample * 1000) / (timeline.sampleRateHz ?? 1)));
}

function readingOf(
  { text, words, punctuation, entities }: TimedAlternative,
  timeline: Timeline,
): SegmentReading {
  return {
    text,
    words: words.map(({ text: spoken, ...word }) => ({
      text: spoken,
      ...onTimeline(word, timeline),
    })),
    ...(punctuation === undefined ? {} : { punctuation: [...punctuation] }),
    ...(entities === undefined
      ? {}
      : { entities: entities.map((entity) => onTimeline(entity, timeline)) }),
  };
}

function onTimeline<T extends { readonly startSample: number; readonly endSample: number }>(
  { startSample, endSample, ...rest }: T,
  timeline: Timeline,
) {
  return { startMs: toMs(startSample, timeline), endMs: toMs(endSample, timeline), ...rest };
}
