import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

/** Where `callscribe local` leaves its environment, below the folder it was started in. */
export const LOCAL_STATE_FILE = '.callscribe/local.json';

const localStateSchema = z.object({
  pid: z.number().int().positive(),
  /** Field 22 of /proc/PID/stat, where there is one: tells a reused pid from the same process. */
  processStart: z.string().nullable(),
  env: z.record(z.string(), z.string()),
});
export type LocalState = z.infer<typeof localStateSchema>;

/** Any of these set by hand means: this environment, not the one of a running local system. */
const EXPLICIT = /^(AWS_ENDPOINT_URL.*|CALLS_QUEUE_URL|CALLS_TABLE|CALL_LOG_TABLE|EVENT_BUS_NAME)$/;
/** Would outrank or spoil the local credentials. */
const SHADOWING = ['AWS_PROFILE', 'AWS_SESSION_TOKEN'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment that a command works with: the given one when it names a system, else the one
 * of the system that `callscribe local` runs in `cwd`, on top of the given one. Without either,
 * the given one. Settings of two systems are never mixed.
 */
export function localEnvironment(env: Environment, cwd: string): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) given[name] = value;
  if (Object.keys(given).some((name) => EXPLICIT.test(name) && given[name] !== '')) return given;
  const state = runningLocalState(cwd);
  if (state === undefined) return given;
  for (const name of SHADOWING) delete given[name];
  return { ...given, ...state.env };
}

/** What a living `callscribe local` left in `cwd`; undefined when none runs there. */
export function runningLocalState(cwd: string): LocalState | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(join(cwd, LOCAL_STATE_FILE), 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = localStateSchema.safeParse(raw);
  if (!parsed.success || !isAlive(parsed.data.pid)) return undefined;
  return processStart(parsed.data.pid) === parsed.data.processStart ? parsed.data : undefined;
}

/** When a process was started, in kernel ticks; null for a dead one and where there is no /proc. */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Killed, but its parent has not asked for its exit code.
    if (fields[0] === 'Z') return null;
    return fields[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === 'EPERM';
  }
}
