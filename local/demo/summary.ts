import { CHANNELS, type Channel } from '../../shared/call';
import type { Programme } from './programme';
import { rateOf, wordErrors } from './word-error-rate';

/** What was seen of the call while it was played. */
export interface Observed {
  readonly segments: readonly { readonly channel: Channel; readonly text: string }[];
  /** Of each segment, milliseconds from the end of its audio to its stored record. */
  readonly latenciesMs: readonly number[];
  readonly records: number;
  /** Events of records, and partial results, that a subscriber received. */
  readonly events: number;
  readonly partials: number;
}

export interface DemoSummary {
  readonly type: 'summary';
  readonly seed: number;
  readonly recogniser: string;
  /** Words heard. */
  readonly words: number;
  readonly wordErrorRate: number;
  /** Null when nothing was heard. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
  readonly records: number;
  readonly events: number;
  readonly partials: number;
}

/** `segments` are in timeline order. */
export function summarise(
  seed: number,
  { recogniser, call, wordsOf }: Pick<Programme, 'recogniser' | 'call' | 'wordsOf'>,
  { segments, latenciesMs, records, events, partials }: Observed,
): DemoSummary {
  const total = { heard: 0, words: 0, errors: 0 };
  for (const channel of CHANNELS) {
    const heard = segments
      .filter((segment) => segment.channel === channel)
      .flatMap((segment) => wordsOf(segment.text));
    const { words, errors } = wordErrors(wordsOf(call.reference[channel]), heard);
    total.heard += heard.length;
    total.words += words;
    total.errors += errors;
  }
  return {
    type: 'summary',
    seed,
    recogniser,
    words: total.heard,
    wordErrorRate: Math.round(rateOf(total) * 10_000) / 10_000,
    latencyMs: { p50: percentile(latenciesMs, 50), p99: percentile(latenciesMs, 99) },
    records,
    events,
    partials,
  };
}

export function summaryText(summary: DemoSummary): string {
  const { words, wordErrorRate, latencyMs, records, events, partials } = summary;
  const seconds = (ms: number | null): string =>
    ms === null ? '-' : `${(ms / 1000).toFixed(2)} s`;
  const rows = [
    ['words', String(words)],
    ['word error rate', `${(100 * wordErrorRate).toFixed(1)} % against the known text`],
    [
      'latency',
      `p50 ${seconds(latencyMs.p50)}, p99 ${seconds(latencyMs.p99)} from the last word's audio to ` +
        'the stored record',
    ],
    ['records', `${records} in the call's log`],
    ['events', `${events} received by a subscriber, and ${partials} partial results`],
  ];
  return rows.map(([name = '', value]) => `${name.padEnd(17)}${value}\n`).join('');
}

/** Nearest rank, in whole milliseconds. */
function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  return value === undefined ? null : Math.round(value);
}
