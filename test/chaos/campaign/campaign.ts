import { heading } from '../judge/report';
import type { ChaosOptions } from '../options';
import { runTask } from './run-task';
import { Summary, linesOf } from './summary';
import { campaignTasks, matrixTasks } from './tasks';

/** Runs many chaos runs, some side by side, each a process of its own; true when all is well. */
export async function runCampaign(options: ChaosOptions): Promise<boolean> {
  const startedMs = performance.now();
  const minutes = () => ((performance.now() - startedMs) / 60_000).toFixed(1);
  const { part, seed, struck, only } = options;
  const tasks = options.full
    ? campaignTasks(part, seed, struck, only)
    : matrixTasks(seed, struck, only);
  const summary = new Summary(options.out);
  const left = options.resume ? await summary.resume(tasks) : tasks;
  const before = summary.outcomes.length;
  say(`${left.length} runs, ${options.jobs} side by side`);
  say(heading());
  await inParallel(left, options.jobs, async (task) => {
    const outcome = await runTask(task, options);
    await summary.add(outcome);
    for (const line of linesOf(outcome)) say(line);
    say(`  ${minutes()} minutes, ${summary.outcomes.length - before} of ${left.length} runs`);
  });
  const failed = summary.outcomes.filter(({ problems }) => problems.length > 0);
  say(`${left.length} runs in ${minutes()} minutes; ${failed.length} of all have failed`);
  for (const { task, problems } of failed) say(`${task.title}: ${problems.join('; ')}`);
  return failed.length === 0;
}

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const take = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: jobs }, take));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
