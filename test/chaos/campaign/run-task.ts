import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';
import type { ChaosReport } from '../judge/report';
import type { Task } from './tasks';

export interface Outcome {
  readonly task: Task;
  /** Absent when the run ended without one. */
  readonly report?: ChaosReport;
  /** What is wrong with it; empty: nothing. */
  readonly problems: readonly string[];
}

export interface TaskOptions {
  /** Where evidence is kept, a folder per task; absent: it is not. */
  readonly out?: string;
  readonly workers: number;
}

/** Runs one task in a process of its own; resolves with what came of it. */
export async function runTask(task: Task, options: TaskOptions): Promise<Outcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'chaos-'));
  const out = options.out === undefined ? scratch : join(options.out, folderName(task.title));
  try {
    await rm(join(out, 'report.json'), { force: true });
    const workers = ['--workers', String(options.workers)];
    const code = await runChild([...workers, ...task.args, '--out', out]);
    const report = await readReport(out);
    const problems = problemsOf(task, code, report);
    return { task, ...(report === undefined ? {} : { report }), problems };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export function problemsOf(
  task: Task,
  code: number | null,
  report: ChaosReport | undefined,
): string[] {
  if (report === undefined) return [`the run ended with ${code} and without a report`];
  if (task.mustShow !== undefined) {
    if (code === 1 && report.total[task.mustShow] > 0) return [];
    return [`the sabotage was not noticed as it should be (exit code ${code})`];
  }
  const { struck = 1, signals = 0 } = task;
  const tooFew = report.kinds.filter(({ callsStruck }) => callsStruck < struck);
  return [
    ...(code === 0 ? [] : [`exit code ${code}`]),
    ...tooFew.map(({ kind, callsStruck }) => `${kind} struck ${callsStruck} calls only`),
    ...(report.signals < signals ? [`${report.signals} signals only`] : []),
    ...report.notes,
  ];
}

function runChild(args: readonly string[]): Promise<number | null> {
  // Not what we were started with: that would bundle again when a source changes meanwhile.
  const entry = join(projectRoot(), 'dist/chaos/chaos.mjs');
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

async function readReport(folder: string): Promise<ChaosReport | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as ChaosReport;
  } catch {
    return undefined;
  }
}

function folderName(title: string): string {
  return title.replace(/[^a-z0-9]+/g, '-');
}
