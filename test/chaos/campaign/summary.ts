import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { heading, kindLine, totalLine } from '../judge/report';
import type { Outcome } from './run-task';
import type { Task } from './tasks';

const MAX_PROBLEMS = 5;

interface SummaryFile {
  readonly outcomes: readonly Outcome[];
}

/** A campaign's outcomes in `summary.json` and `summary.txt`, up to date after every run. */
export class Summary {
  readonly #outcomes: Outcome[] = [];

  constructor(private readonly folder: string | undefined) {}

  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /**
   * Takes over what a campaign before has left in the folder. Of what is asked for now only that
   * which went well, and with the same arguments; returns the tasks that are left.
   */
  async resume(tasks: readonly Task[]): Promise<Task[]> {
    const asked = new Map(tasks.map((task) => [task.title, keyOf(task)]));
    const kept = (await this.#earlier()).filter(({ task, problems }) => {
      const key = asked.get(task.title);
      return key === undefined || (key === keyOf(task) && problems.length === 0);
    });
    this.#outcomes.push(...kept);
    const known = new Set(kept.map(({ task }) => task.title));
    return tasks.filter(({ title }) => !known.has(title));
  }

  async add(outcome: Outcome): Promise<void> {
    this.#outcomes.push(outcome);
    if (this.folder === undefined) return;
    const lines = [heading(), ...this.#outcomes.flatMap(linesOf), ''];
    await mkdir(this.folder, { recursive: true });
    await writeFile(
      join(this.folder, 'summary.json'),
      `${JSON.stringify({ outcomes: this.#outcomes } satisfies SummaryFile, undefined, 1)}\n`,
    );
    await writeFile(join(this.folder, 'summary.txt'), lines.join('\n'));
  }

  async #earlier(): Promise<readonly Outcome[]> {
    if (this.folder === undefined) return [];
    try {
      const text = await readFile(join(this.folder, 'summary.json'), 'utf8');
      return (JSON.parse(text) as SummaryFile).outcomes;
    } catch {
      return [];
    }
  }
}

function keyOf({ args }: Task): string {
  return args.join(' ');
}

/** An outcome as lines of the table. */
export function linesOf({ task, report, problems }: Outcome): string[] {
  const lines: string[] = [];
  if (report !== undefined) {
    const [only, ...more] = report.kinds;
    const isOne = task.part === 'matrix' && only !== undefined && more.length === 0;
    lines.push(
      isOne ? kindLine(only) : totalLine(report).replace(/^total {23}/, task.title.padEnd(28)),
    );
    if (report.resumption !== null) {
      const { medianMs, worstMs } = report.resumption;
      lines.push(
        `  ${report.signals} signals; went on after ${medianMs} ms (median), ${worstMs} ms (worst)`,
      );
    }
    if (task.part === 'long') lines.push(`  largest worker: ${report.worstRssMb} MB`);
  }
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => `  ${problem}`);
  return [...lines, ...shown];
}
