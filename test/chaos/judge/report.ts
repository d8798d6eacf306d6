import type { JudgedCall, RunResult } from '../run/chaos-run';
import { COLUMNS, addTo, clean, isClean } from './judgement';
import type { Judgement } from './judgement';

/** What one kind of fault did, summed over the calls that it struck. */
export interface KindReport extends Judgement {
  readonly kind: string;
  readonly callsStruck: number;
  readonly strikes: number;
}

export interface ChaosReport {
  readonly seed: number;
  readonly seconds: number;
  readonly kinds: readonly KindReport[];
  readonly total: Judgement & { readonly calls: number; readonly symbols: number };
  readonly signals: number;
  /** Most memory that any worker process ever had in RAM. */
  readonly worstRssMb: number;
  /** Milliseconds until a call whose worker was lost is claimed again; null: none was. */
  readonly resumption: { readonly medianMs: number; readonly worstMs: number } | null;
  /** Kinds that were asked for and struck nobody. */
  readonly absent: readonly string[];
  /** Sentences about what was wrong, the call's id first; never what was said. */
  readonly notes: readonly string[];
  readonly passed: boolean;
}

export interface ReportOptions {
  readonly seed: number;
  /** What the run took. */
  readonly seconds: number;
  /** No worker may have had more memory than this. */
  readonly maxRss?: number;
}

export function reportOf(result: RunResult, options: ReportOptions): ChaosReport {
  const { seed, seconds, maxRss = Infinity } = options;
  const kinds = result.strikes.map(({ name, times }) =>
    kindReport(
      name,
      times,
      result.calls.filter(({ struck }) => struck[name] !== undefined),
    ),
  );
  const sum = sumOf(result.calls);
  sum.other += result.leftovers.length;
  const absent = kinds.filter(({ callsStruck }) => callsStruck === 0).map(({ kind }) => kind);
  return {
    seed,
    seconds,
    kinds,
    total: { ...sum, calls: result.calls.length, symbols: symbolsOf(result.calls) },
    signals: result.signals,
    worstRssMb: result.worstRssMb,
    resumption: resumptionOf(result.resumedAfterMs),
    absent,
    notes: [...result.leftovers, ...result.calls.flatMap(notesOf)],
    passed:
      isClean(sum) && absent.length === 0 && result.calls.length > 0 && result.worstRssMb <= maxRss,
  };
}

function kindReport(kind: string, strikes: number, calls: readonly JudgedCall[]): KindReport {
  return { kind, callsStruck: calls.length, strikes, ...sumOf(calls) };
}

function sumOf(calls: readonly JudgedCall[]): Judgement {
  const sum = clean();
  for (const { judgement } of calls) addTo(sum, judgement);
  return sum;
}

function symbolsOf(calls: readonly JudgedCall[]): number {
  return calls
    .flatMap(({ plan }) => plan.channels)
    .reduce((sum, { symbols }) => sum + symbols.length, 0);
}

function notesOf({ plan, notes, struck }: JudgedCall): string[] {
  const kinds = Object.keys(struck).join(', ');
  return notes.map((note) => `${plan.callId}: ${note} (struck by ${kinds || 'nothing'})`);
}

function resumptionOf(times: readonly number[]): ChaosReport['resumption'] {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  const worst = sorted.at(-1);
  if (median === undefined || worst === undefined) return null;
  return { medianMs: Math.round(median), worstMs: Math.round(worst) };
}

const HEADINGS: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  lost: 'lost',
  duplicated: 'dup',
  shifted: 'shift',
  eventsMissing: 'ev miss',
  outOfOrder: 'ev order',
  foreign: 'foreign',
  claimedGapMs: 'gap false',
  unclaimedGapMs: 'gap missed',
  other: 'other',
};
const NAME_WIDTH = 28;

/** One line per kind, as text of fixed columns. */
export function heading(): string {
  const names = COLUMNS.map((column) => HEADINGS[column].padStart(11));
  return `${'kind'.padEnd(NAME_WIDTH)}${'calls'.padStart(7)}${'strikes'.padStart(9)}${names.join('')}`;
}

export function kindLine({ kind, callsStruck, strikes, ...judgement }: KindReport): string {
  return lineOf(kind, callsStruck, String(strikes), judgement);
}

export function totalLine(report: Pick<ChaosReport, 'total'>): string {
  const { calls, symbols: _symbols, ...judgement } = report.total;
  return lineOf('total', calls, '', judgement);
}

function lineOf(name: string, calls: number, strikes: string, judgement: Judgement): string {
  const cells = COLUMNS.map((column) => String(judgement[column]).padStart(11));
  return `${name.padEnd(NAME_WIDTH)}${String(calls).padStart(7)}${strikes.padStart(9)}${cells.join('')}`;
}
