import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What is measured runs alone on this core, everything else on the other. */
export const MEASURED_CORE = 0;
export const OTHER_CORE = 1;

let possible: boolean | undefined;

/** Whether processes can be pinned: `taskset` (util-linux) is there, and two cores. */
export function canPin(): boolean {
  possible ??= availableParallelism() > 1 && hasTaskset();
  return possible;
}

/** The command line of a process that runs on one core only; the line itself without `taskset`. */
export function pinned(core: number, command: readonly string[]): [string, ...string[]] {
  const [file = '', ...rest] = canPin() ? ['taskset', '-c', String(core), ...command] : command;
  return [file, ...rest];
}

/** Moves this process to a core. */
export function pinSelf(core: number): void {
  if (!canPin()) return;
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)], {
    stdio: 'ignore',
  });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
