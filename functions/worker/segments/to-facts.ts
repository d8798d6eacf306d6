import type { Channel } from '../../../shared/call';
import type { CategoryMatch, Gap, PartialSegment, TranscriptSegment } from '../../../shared/events';
import { mapped } from '../../../shared/async-iterable';
import { isoTime } from '../../../shared/clock';
import type { TranscribeItem } from '../transcribe/transcribe-item';
import { CategoryMemory } from './category-memory';
import { fromResult } from './from-result';
import type { Marks } from './marks';
import type { TimedResult } from './timed-result';
import { categoriesOf, segmentOf, toMs, type Timeline } from './to-segment';

export { toMs };

/** What is written to the log, and what only goes along with the next record's state. */
export type CallUpdate =
  | Exclude<
      TranscribeItem,
      { type: 'chunk' | 'results' | 'interval' | 'interval-done' | 'sent' | 'gap' }
    >
  | { readonly type: 'segment'; readonly segment: TranscriptSegment }
  | { readonly type: 'partial'; readonly partial: PartialSegment }
  | { readonly type: 'category'; readonly category: CategoryMatch }
  | { readonly type: 'gap'; readonly gap: Gap; readonly toSample: number }
  /** Marks have moved without a segment. */
  | { readonly type: 'progress' };

const PROGRESS = { type: 'progress' } as const satisfies CallUpdate;

export interface ToFactsOptions {
  readonly channels: readonly Channel[];
  readonly marks: Marks;
  readonly partials: boolean;
  /** Known from the first item on; null before any leg has delivered. */
  readonly timeline: Timeline;
}

/**
 * Turns what the sessions deliver into what the log keeps, moving the marks as it goes: an update
 * must be written down before the next is asked for.
 */
export function toFacts(
  batches: AsyncIterable<Iterable<TranscribeItem>>,
  options: ToFactsOptions,
): AsyncIterable<Iterable<CallUpdate>> {
  const told = new CategoryMemory();
  return mapped(batches, (items) => factsOf(items, options, told));
}

function* factsOf(
  items: Iterable<TranscribeItem>,
  options: ToFactsOptions,
  told: CategoryMemory,
): Generator<CallUpdate> {
  const { marks } = options;
  for (const item of items) {
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
        yield PROGRESS;
        break;
      case 'suspended':
        marks.sent(item.toSample);
        yield item;
        break;
      case 'sent':
        marks.sent(item.toSample);
        yield PROGRESS;
        break;
      case 'results':
        yield* fromResults(item, options, told);
        break;
      case 'end':
        // A stream that is gone when a call is taken over has nothing to show of what was heard.
        yield { ...item, sample: Math.max(item.sample, ...marks.all) };
        break;
      case 'gap':
        yield { type: 'gap', gap: gapOf(item, options.timeline), toSample: item.toSample };
        break;
      default:
        yield item;
    }
  }
}

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
  { place, results }: Extract<TranscribeItem, { type: 'results' }>,
  { marks, timeline, channels, partials }: ToFactsOptions,
  told: CategoryMemory,
): Generator<CallUpdate> {
  for (const result of results) {
    if (result.Categories !== undefined) {
      const found = categoriesOf(result, place, timeline);
      yield* told.news(found).map((category) => ({ type: 'category' as const, category }));
      continue;
    }
    if (result.IsPartial === true && !partials) continue;
    const timed = fromResult(
      result,
      place,
      timeline.sampleRateHz ?? 0,
      (channel) => marks.known(channel),
      (channel) => marks.wordsTo(channel),
    );
    const channel = channels[timed.channelIndex];
    if (channel === undefined) continue;
    if (timed.isPartial) {
      if (timed.text === '') continue;
      yield { type: 'partial', partial: partialOf(segmentOf(timed, channel, place, timeline)) };
      continue;
    }
    const end = endOfWords(timed);
    marks.final(timed.channelIndex, timed.endSample, end);
    if (end === undefined) continue;
    yield { type: 'segment', segment: segmentOf(timed, channel, place, timeline) };
  }
}

/** The words of a partial are of use only where it is known which of them will stay. */
function partialOf(segment: TranscriptSegment): PartialSegment {
  if (segment.words.some((word) => word.stable !== undefined)) return segment;
  const { words: _words, punctuation: _punctuation, ...partial } = segment;
  return partial;
}

/** Undefined when nothing was said; a text that came without words ends with its result. */
function endOfWords({ words, text, endSample }: TimedResult): number | undefined {
  if (words.length > 0) return Math.max(...words.map((word) => word.endSample));
  return text === '' ? undefined : endSample;
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
