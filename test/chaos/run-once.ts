import { heading, kindLine, reportOf, totalLine } from './judge/report';
import type { ChaosReport } from './judge/report';
import type { ChaosOptions } from './options';
import type { CallSize } from './plan/call-draft';
import { KIND_NAMES } from './plan/kinds';
import { runChaos } from './run/chaos-run';
import { writeOut } from './run/write-out';
import { createSabotage } from './sabotage/sabotage';

/** Calls differ in length by so much either way, as a share, and at most. */
const LENGTH_SPREAD = 0.2;
const MAX_SPREAD_MS = 10_000;
const SPEEDS = [2, 3];
const MAX_NOTES = 40;

/** One run, its table on standard output; resolves to its report. */
export async function runOnce(options: ChaosOptions): Promise<ChaosReport> {
  const kinds = options.only.length > 0 ? options.only : KIND_NAMES;
  const startedMs = performance.now();
  const result = await runChaos({
    seed: options.seed,
    kinds,
    concentrated: kinds.length === 1,
    slots: options.calls,
    lengthMs: options.minutes * 60_000,
    size: sizeOf(options),
    workers: options.workers,
    sabotage: options.sabotage === undefined ? undefined : createSabotage(options.sabotage),
    onTrouble: (line) => {
      if (options.verbose) process.stderr.write(`${line}\n`);
    },
    onNote: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const report = reportOf(result, { ...options, seconds });
  if (options.out !== undefined) await writeOut(options.out, result, report);
  print(report);
  return report;
}

function sizeOf({ callSeconds, speed, channels }: ChaosOptions): CallSize {
  const lengthMs = callSeconds * 1000;
  const spreadMs = Math.min(lengthMs * LENGTH_SPREAD, MAX_SPREAD_MS);
  return {
    minMs: Math.round(lengthMs - spreadMs),
    maxMs: Math.round(lengthMs + spreadMs),
    speeds: speed === undefined ? SPEEDS : [speed],
    channels,
  };
}

function print(report: ChaosReport): void {
  const { kinds, total, resumption, signals, absent, notes } = report;
  const lines = [heading(), ...kinds.map(kindLine), totalLine(report), ''];
  lines.push(
    `seed ${report.seed}: ${total.symbols} symbols in ${total.calls} calls, ${report.seconds} s`,
  );
  if (resumption !== null) {
    const { medianMs, worstMs } = resumption;
    lines.push(
      `${signals} signals to workers; calls went on after ${medianMs} ms (median), ${worstMs} ms (worst)`,
    );
  }
  lines.push(`largest worker: ${report.worstRssMb} MB`);
  if (absent.length > 0) lines.push(`never struck: ${absent.join(', ')}`);
  lines.push(...notes.slice(0, MAX_NOTES));
  if (notes.length > MAX_NOTES) lines.push(`and ${notes.length - MAX_NOTES} more`);
  lines.push(report.passed ? 'passed' : 'FAILED');
  process.stdout.write(`${lines.join('\n')}\n`);
}
