import type { Channel } from '../../../shared/call';
import type { Gap, TranscriptSegment } from '../../../shared/events';
import { isoTime } from '../../../shared/clock';
import type { TranscribeItem } from '../transcribe/transcribe-item';
import { fromResult, type TimedResult } from './from-result';
import type { Marks } from './marks';

/** What is written to the log, and what only goes along with the next record's state. */
export type CallUpdate =
  | Exclude<
      TranscribeItem,
      { type: 'chunk' | 'results' | 'interval' | 'interval-done' | 'sent' | 'gap' }
    >
  | { readonly type: 'segment'; readonly segment: TranscriptSegment }
  | { readonly type: 'partial'; readonly partial: Omit<TranscriptSegment, 'words'> }
  | { readonly type: 'gap'; readonly gap: Gap; readonly toSample: number }
  /** Marks have moved without a segment. */
  | { readonly type: 'progress' };

export interface ToFactsOptions {
  readonly channels: readonly Channel[];
  readonly marks: Marks;
  readonly partials: boolean;
  /** Known from the first item on; null before any leg has delivered. */
  readonly timeline: { startTimeMs: number | null; sampleRateHz: number | null };
}

/** Turns what the sessions deliver into what the log keeps, moving the marks as it goes. */
export async function* toFacts(
  items: AsyncIterable<TranscribeItem>,
  options: ToFactsOptions,
): AsyncGenerator<CallUpdate> {
  const { marks } = options;
  for await (const item of items) {
    switch (item.type) {
      case 'origin':
        marks.sampleRateHz = item.sampleRateHz;
        yield item;
        break;
      case 'chunk':
        marks.audio(item.chunk);
        break;
      case 'interval':
        yield* unanswered(item.fromSample, options);
        marks.done(item.fromSample);
        break;
      case 'interval-done':
        yield* unanswered(item.toSample, options);
        marks.done(item.toSample);
        yield { type: 'progress' };
        break;
      case 'suspended':
        marks.sent(item.toSample);
        yield item;
        break;
      case 'sent':
        marks.sent(item.toSample);
        yield { type: 'progress' };
        break;
      case 'results':
        yield* fromResults(item, options);
        break;
      case 'gap':
        yield { type: 'gap', gap: gapOf(item, options.timeline), toSample: item.toSample };
        break;
      default:
        yield item;
    }
  }
}

type Timeline = ToFactsOptions['timeline'];

/**
 * What no session had a word for is written down, each stretch with the mark that lies behind it:
 * whoever takes the call over after it neither hears it again nor tells of it twice.
 */
function* unanswered(
  toSample: number,
  { marks, channels, timeline }: ToFactsOptions,
): Generator<CallUpdate> {
  for (const { channel: index, ...stretch } of marks.unanswered(toSample)) {
    const channel = channels[index];
    if (channel === undefined) continue;
    marks.passOver(index, stretch.toSample);
    const gap = gapOf({ channel, ...stretch, reason: 'unanswered' }, timeline);
    yield { type: 'gap', gap, toSample: stretch.toSample };
  }
}

function* fromResults(
  item: Extract<TranscribeItem, { type: 'results' }>,
  options: ToFactsOptions,
): Generator<CallUpdate> {
  const { marks, timeline, channels } = options;
  for (const result of item.results) {
    const timed = fromResult(
      result,
      item.place,
      timeline.sampleRateHz ?? 0,
      (channel) => marks.known(channel),
      (channel) => marks.wordsTo(channel),
    );
    const channel = channels[timed.channelIndex];
    if (channel === undefined) continue;
    if (timed.isPartial) {
      if (options.partials && timed.text !== '') {
        const { words: _words, ...partial } = segmentOf(timed, channel, item, timeline);
        yield { type: 'partial', partial };
      }
      continue;
    }
    const end = endOfWords(timed);
    marks.final(timed.channelIndex, timed.endSample, end);
    if (end === undefined) continue;
    yield { type: 'segment', segment: segmentOf(timed, channel, item, timeline) };
  }
}

/** Undefined when nothing was said; a text that came without words ends with its result. */
function endOfWords({ words, text, endSample }: TimedResult): number | undefined {
  if (words.length > 0) return Math.max(...words.map((word) => word.endSample));
  return text === '' ? undefined : endSample;
}

function segmentOf(
  timed: TimedResult,
  channel: Channel,
  item: Extract<TranscribeItem, { type: 'results' }>,
  timeline: Timeline,
): TranscriptSegment {
  const ms = (sample: number) => toMs(sample, timeline);
  const words = timed.words.map(({ text, startSample, endSample, confidence }) => ({
    text,
    startMs: ms(startSample),
    endMs: ms(endSample),
    ...(confidence === undefined ? {} : { confidence }),
  }));
  const startMs =
    words.length === 0 ? ms(timed.startSample) : Math.min(...words.map((w) => w.startMs));
  const endMs = words.length === 0 ? ms(timed.endSample) : Math.max(...words.map((w) => w.endMs));
  return {
    channel,
    startMs,
    endMs,
    startTime: isoTime((timeline.startTimeMs ?? 0) + startMs),
    text: timed.text,
    words,
    resultId: timed.resultId,
    sessionOrdinal: item.place.ordinal,
    ...(timed.languageCode === undefined ? {} : { languageCode: timed.languageCode }),
  };
}

function gapOf(
  item: Omit<Extract<TranscribeItem, { type: 'gap' }>, 'type'>,
  timeline: Timeline,
): Gap {
  const startMs = toMs(item.fromSample, timeline);
  return {
    channel: item.channel,
    startMs,
    endMs: toMs(item.toSample, timeline),
    startTime: isoTime((timeline.startTimeMs ?? 0) + startMs),
    reason: item.reason,
  };
}

export function toMs(sample: number, timeline: Timeline): number {
  return Math.max(0, Math.round((sample * 1000) / (timeline.sampleRateHz ?? 1)));
}
