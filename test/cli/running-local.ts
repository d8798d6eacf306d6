import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CALLSCRIBE = join(__dirname, '../../local/cli/callscribe.mjs');

export interface Running {
  readonly child: ChildProcess;
  readonly env: Record<string, string>;
  readonly stdout: string;
  readonly cwd: string;
  stop(): Promise<number | null>;
}

/** Only what every shell has: nothing of the machine's own AWS settings. */
export const bareEnv = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

/** Starts `callscribe local`; resolves when it has printed its exports. */
export async function startLocal(
  args: readonly string[] = ['--no-worker'],
  cwd: string = mkdtempSync(join(tmpdir(), 'local-')),
): Promise<Running> {
  const child = spawn(process.execPath, [CALLSCRIBE, 'local', ...args], {
    cwd,
    env: bareEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let complaints = '';
  child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
  const stdout = await new Promise<string>((resolve, reject) => {
    // One write: the first piece is all of it.
    child.stdout.once('data', (part: Buffer) => resolve(part.toString()));
    child.once('exit', () => reject(new Error(complaints)));
  });
  const lines = stdout.trimEnd().split('\n');
  const exports = lines.map((line) => /^export (\w+)=([\w.:/@%+,=-]+)$/.exec(line));
  const env = Object.fromEntries(exports.map((match) => [match?.[1] ?? '', match?.[2] ?? '']));
  return {
    child,
    env,
    stdout,
    cwd,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Ids of all processes that descend from the given one. */
export function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const);
  const found = new Set([pid]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return [...found];
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return -1;
  }
}

/** A client's configuration as the SDK would read it from the exports. */
export function configOf(env: Record<string, string>, service: string) {
  return {
    region: env.AWS_REGION,
    endpoint: env[`AWS_ENDPOINT_URL_${service}`],
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
}

/** Runs a command to its end. */
export function callscribe(
  cwd: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number | null; stdout: string }> {
  const options = { cwd, env: bareEnv, signal, killSignal: 'SIGKILL' } as const;
  const child = spawn(process.execPath, [CALLSCRIBE, ...args], options);
  child.on('error', () => undefined);
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.resume();
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })));
}
