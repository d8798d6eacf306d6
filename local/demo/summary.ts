import { CHANNELS, type Channel } from '../../shared/call';
import type { Incidents } from './incident-watch';
import type { Programme } from './programme';
import { rateOf, wordErrors } from './word-error-rate';

/** When a segment's last audio was spoken and when its record was stored, epoch milliseconds. */
export interface Latency {
  readonly spokenMs: number;
  readonly storedMs: number;
}

/** What was seen of the call while it was played. */
export interface Observed {
  readonly segments: readonly { readonly channel: Channel; readonly text: string }[];
  /** Of each segment. */
  readonly latencies: readonly Latency[];
  /** Nobody transcribed the call during this time, epoch milliseconds. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number };
  readonly incidents: Incidents;
  readonly records: number;
  /** Events of records, and partial results, that a subscriber received. */
  readonly events: number;
  readonly partials: number;
}

/** Whole milliseconds; null when nothing was heard. */
interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface DemoSummary {
  readonly type: 'summary';
  readonly seed: number;
  readonly recogniser: string;
  /** Words heard. */
  readonly words: number;
  readonly wordErrorRate: number;
  /**
   * From the end of a segment's audio to its stored record, without the segments that had to wait
   * for another worker after the kill.
   */
  readonly latencyMs: Percentiles;
  /** The same of all segments. */
  readonly latencyWithOutageMs: Percentiles;
  readonly incidents: Incidents;
  readonly records: number;
  readonly events: number;
  readonly partials: number;
}

/** `segments` are in timeline order. */
export function summarise(
  seed: number,
  { recogniser, call, wordsOf }: Pick<Programme, 'recogniser' | 'call' | 'wordsOf'>,
  { segments, latencies, outage, incidents, records, events, partials }: Observed,
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
    latencyMs: percentiles(latencies.filter((latency) => !waited(latency, outage))),
    latencyWithOutageMs: percentiles(latencies),
    incidents,
    records,
    events,
    partials,
  };
}

export function summaryText(summary: DemoSummary): string {
  const { words, wordErrorRate, latencyMs, latencyWithOutageMs, incidents } = summary;
  const { records, events, partials } = summary;
  const during = incidents.resumedAfterMs === null ? '' : ', outside the outage';
  const rows = [
    ['words', String(words)],
    ['word error rate', `${(100 * wordErrorRate).toFixed(1)} % against the known text`],
    ['latency', `${shown(latencyMs)} from the last word's audio to the stored record${during}`],
    ...(during === '' ? [] : [['', `${shown(latencyWithOutageMs)} over all segments`]]),
    ['survived', survivedText(incidents)],
    ['records', `${records} in the call's log`],
    ['events', `${events} received by a subscriber, and ${partials} partial results`],
  ];
  return rows.map(([name = '', value]) => `${name.padEnd(17)}${value}\n`).join('');
}

function survivedText({
  rollovers,
  sessionFailures,
  workerKills,
  resumedAfterMs,
}: Incidents): string {
  const resumed =
    resumedAfterMs === null
      ? ''
      : ` (another went on after ${(resumedAfterMs / 1000).toFixed(1)} s)`;
  return [
    counted(rollovers, 'planned rollover'),
    counted(sessionFailures, 'session failure'),
    `${counted(workerKills, 'SIGKILL')} of the worker${resumed}`,
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Spoken before another worker had taken over, and not stored before the kill. */
function waited({ spokenMs, storedMs }: Latency, outage: Observed['outage']): boolean {
  return outage !== undefined && storedMs > outage.fromMs && spokenMs < outage.toMs;
}

function shown({ p50, p99 }: Percentiles): string {
  const seconds = (ms: number | null): string =>
    ms === null ? '-' : `${(ms / 1000).toFixed(2)} s`;
  return `p50 ${seconds(p50)}, p99 ${seconds(p99)}`;
}

function percentiles(latencies: readonly Latency[]): Percentiles {
  const values = latencies.map(({ spokenMs, storedMs }) => storedMs - spokenMs);
  return { p50: percentile(values, 50), p99: percentile(values, 99) };
}

/** Nearest rank, in whole milliseconds. */
function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  return value === undefined ? null : Math.round(value);
}
