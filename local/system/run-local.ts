import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { CallscribeError } from '../../shared/errors';
import type { LocalOptions } from '../cli/commands/local';
import { LOCAL_STATE_FILE, processStart, runningLocalState } from '../cli/environment';
import type { LocalState } from '../cli/environment';
import { parseRecogniserName, selectEngine } from '../recognisers/select';
import { parseLimits } from './limits';
import { startLocalSystem } from './local-system';
import type { LocalSystem } from './local-system';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `npx`, `timeout` and terminals may deliver one wish to stop twice. */
const SAME_SIGNAL_MS = 2000;
/** What an `export NAME=value` line can carry without quotes. */
const PLAIN_VALUE = /^[\w.:/@%+,=-]+$/;

/** `callscribe local`: everything until a signal comes, then nothing of it is left. */
export async function runLocal(options: LocalOptions): Promise<void> {
  const stateFile = resolve(LOCAL_STATE_FILE);
  const running = runningLocalState(process.cwd());
  if (running !== undefined) {
    throw new CallscribeError(
      'bad-configuration',
      `callscribe local runs in this folder already (process ${running.pid}); stop it first`,
    );
  }
  const limits = parseLimits(options.limit);
  const recogniser = parseRecogniserName(options.recogniser);
  const stopped = signals();
  const system = await startLocalSystem({
    engine: recogniser === 'aws' ? 'aws' : await selectEngine(recogniser, process.env),
    workers: options.worker ? options.workers : 0,
    worker: {
      nodePath: options.node,
      onLine: (line) => {
        if (options.verbose === true || isWarning(line)) note(line);
      },
    },
    dataDir: options.dataDir === undefined ? undefined : resolve(options.dataDir),
    visibilityTimeoutSeconds: options.visibilityTimeout,
    limits,
    onNote: note,
  });
  try {
    if (!stopped.requested()) {
      writeState(stateFile, system);
      announce(system, options);
    }
    note(`callscribe local: ${await stopped.first}, stopping`);
  } finally {
    rmSync(stateFile, { force: true });
    await Promise.race([system.stop(), stopped.second]);
  }
}

/**
 * Listens from the first moment, so that a signal during the start stops cleanly too. The second
 * one is for the impatient: it rejects, and workers end because we do.
 */
function signals(): {
  readonly first: Promise<string>;
  readonly second: Promise<never>;
  requested(): boolean;
} {
  let firstMs: number | undefined;
  let reportFirst: (name: string) => void;
  let reportSecond: (reason: Error) => void;
  const first = new Promise<string>((resolve) => (reportFirst = resolve));
  const second = new Promise<never>((_resolve, reject) => (reportSecond = reject));
  second.catch(() => undefined);
  const listener = (name: string): void => {
    const nowMs = performance.now();
    if (firstMs === undefined) {
      firstMs = nowMs;
      reportFirst(name);
    } else if (nowMs - firstMs > SAME_SIGNAL_MS) {
      reportSecond(new CallscribeError('aborted', `${name} again, gone at once`));
    }
  };
  for (const name of SIGNALS) process.on(name, listener);
  return { first, second, requested: () => firstMs !== undefined };
}

function announce({ env, fleet }: LocalSystem, options: LocalOptions): void {
  const lines = Object.entries(env).map(([name, value]) => {
    if (!PLAIN_VALUE.test(value)) throw new Error(`${name} cannot be exported unquoted`);
    return `export ${name}=${value}\n`;
  });
  const pids = fleet?.workers.map(({ pid }) => pid).join(', ');
  const workers = pids === undefined ? 'without a worker' : `worker ${pids}`;
  note(`callscribe local is ready: recogniser ${options.recogniser}, ${workers}; Ctrl-C stops it`);
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) {
    if (!process.env[name] || env.AWS_ACCESS_KEY_ID === undefined) continue;
    note(`${name} is set here: unset it where you use the exports, it would outrank them`);
  }
  // One write: whoever reads the exports gets all or none.
  process.stdout.write(lines.join(''));
}

/** For the other commands, which look for a running system in their folder. */
function writeState(path: string, { env }: LocalSystem): void {
  const { pid } = process;
  const state: LocalState = { pid, processStart: processStart(pid), env: { ...env } };
  mkdirSync(dirname(path), { recursive: true });
  const aside = join(dirname(path), `local.${pid}.tmp`);
  writeFileSync(aside, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(aside, path);
}

/** The worker logs JSON lines; what is no such line is worth showing. */
function isWarning(line: string): boolean {
  return !/^\{"level":"(debug|info)"/.test(line);
}

function note(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
