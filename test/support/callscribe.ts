import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CALLSCRIBE = join(__dirname, '../../local/cli/callscribe.mjs');
const STOP_LIMIT_MS = 20_000;

/** Only what every shell has: nothing of the machine's own AWS settings. */
const BARE_ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** A folder of its own when absent. */
  readonly cwd?: string;
  /** On top of the bare environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the running command, to signal it for example. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** A folder in which nothing else happens. */
export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'callscribe-'));
}

/** Runs the real command line to its end. */
export function runCallscribe(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [CALLSCRIBE, ...args], {
    cwd: options.cwd ?? freshFolder(),
    env: { ...BARE_ENV, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface RunningLocal {
  /** Commands run in this folder find the system by themselves. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** `callscribe local` with its worker, ready. */
export async function startLocal(args: readonly string[] = []): Promise<RunningLocal> {
  const cwd = freshFolder();
  let child: ChildProcess | undefined;
  const ended = runCallscribe(['local', ...args], { cwd, onStart: (started) => (child = started) });
  const exports = await Promise.race([
    new Promise<string>((resolve) => child?.stdout?.once('data', resolve)),
    ended.then(({ stderr }) => Promise.reject(new Error(`local did not start: ${stderr}`))),
  ]);
  const env = Object.fromEntries(
    [...exports.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>;
  return {
    cwd,
    env,
    stop: async () => {
      child?.kill('SIGTERM');
      const killer = setTimeout(() => child?.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}
