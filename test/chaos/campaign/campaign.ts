import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';
import { heading, kindLine, totalLine } from '../judge/report';
import type { ChaosReport } from '../judge/report';
import type { ChaosOptions } from '../options';
import { matrixTasks, sabotageTasks, seedTasks } from './tasks';
import type { Task } from './tasks';

interface Outcome {
  readonly task: Task;
  readonly report: ChaosReport | undefined;
  /** What is wrong with it; empty: nothing. */
  readonly problems: readonly string[];
}

/** Runs many chaos runs, some side by side, each a process of its own; true when all is well. */
export async function runCampaign(options: ChaosOptions): Promise<boolean> {
  const startedMs = performance.now();
  const matrix = matrixTasks(options.seed, options.struck);
  const tasks = options.full
    ? [...seedTasks(options.seed), ...matrix, ...sabotageTasks(options.seed)]
    : matrix;
  say(heading());
  const outcomes = await inParallel(tasks, options.jobs, async (task) => {
    const outcome = await carryOut(task, options);
    show(outcome);
    return outcome;
  });
  const failed = outcomes.filter(({ problems }) => problems.length > 0);
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  say(`${tasks.length} runs in ${minutes} minutes, ${failed.length} failed`);
  for (const { task, problems } of failed) say(`${task.title}: ${problems.join('; ')}`);
  return failed.length === 0;
}

async function carryOut(task: Task, options: ChaosOptions): Promise<Outcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'chaos-'));
  const out = options.out === undefined ? scratch : join(options.out, fileName(task.title));
  try {
    const code = await runChild([...task.args, '--workers', String(options.workers), '--out', out]);
    const report = await readReport(out);
    return { task, report, problems: problemsOf(task, code, report) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function problemsOf(task: Task, code: number | null, report: ChaosReport | undefined): string[] {
  if (report === undefined) return [`the run ended with ${code} and without a report`];
  if (task.mustShow !== undefined) {
    if (code === 1 && report.total[task.mustShow] > 0) return [];
    return [`the sabotage was not noticed as it should be (exit code ${code})`];
  }
  const tooFew = report.kinds.filter(({ callsStruck }) => callsStruck < (task.struck ?? 1));
  return [
    ...(code === 0 ? [] : [`exit code ${code}`]),
    ...tooFew.map(({ kind, callsStruck }) => `${kind} struck ${callsStruck} calls only`),
    ...report.notes,
  ];
}

function show({ task, report, problems }: Outcome): void {
  if (report !== undefined) {
    const [only, ...more] = report.kinds;
    if (only !== undefined && more.length === 0) say(kindLine(only));
    else say(totalLine({ total: report.total }).replace('total', task.title).trimEnd());
    if (report.resumption !== null) {
      const { medianMs, worstMs } = report.resumption;
      say(
        `  ${report.signals} signals; went on after ${medianMs} ms (median), ${worstMs} ms (worst)`,
      );
    }
  }
  for (const problem of problems.slice(0, 5)) say(`  ${problem}`);
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

async function inParallel<T, R>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  const take = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: jobs }, take));
  return results;
}

function fileName(title: string): string {
  return title.replace(/[^a-z0-9]+/g, '-');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
