import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChaosReport } from '../judge/report';
import { truthOf } from '../judge/truth';
import type { RunResult } from './chaos-run';

/**
 * Leaves everything that an outside judge needs, a JSON object a line: `truth.jsonl` (per call:
 * symbols and gaps of each channel), `log.jsonl` (every record), `events.jsonl` (as received),
 * `faults.jsonl` (what was planned and what struck), and `report.json`.
 */
export async function writeOut(
  folder: string,
  result: RunResult,
  report: ChaosReport,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, lines: readonly unknown[]) =>
    writeFile(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await write(
    'truth.jsonl',
    result.calls.map(({ plan }) => ({
      callId: plan.callId,
      durationMs: plan.durationMs,
      deletedAtMs: plan.deletedAtMs ?? null,
      fragmentMs: plan.fragmentMs,
      channels: truthOf(plan),
      foreign: plan.foreign ?? [],
    })),
  );
  await write(
    'log.jsonl',
    result.calls.flatMap(({ records }) => records),
  );
  await write('events.jsonl', result.received);
  await write('faults.jsonl', [
    ...result.timed.map((strike) => ({ planned: 'for everybody', ...strike })),
    ...result.calls.map(({ plan, struck, beganMs }) => ({
      planned: 'for a call',
      callId: plan.callId,
      beganMs: Math.round(beganMs),
      style: plan.style,
      speed: plan.speed,
      kinds: plan.kinds,
      strikes: plan.strikes,
      struck,
    })),
  ]);
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}
