import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { CallscribeError } from '../../shared/errors';
import type { LocalOptions } from '../cli/commands/local';
import { LOCAL_STATE_FILE, processStart, runningLocalState } from '../cli/environment';
import type { LocalState } from '../cli/environment';
import { parseRecogniserName, selectEngine } from '../recognisers/select';
import type { Lexicon } from '../transcribe/lexicon';
import { parseLexicon } from '../transcribe/lexicon';
import { parseLimits } from './limits';
import type { LocalCertificate } from './local-certificate';
import { createLocalCertificate } from './local-certificate';
import { startLocalSystem } from './local-system';
import type { LocalSystem } from './local-system';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `npx`, `timeout` and terminals may deliver one wish to stop twice. */
const SAME_SIGNAL_MS = 2000;
/** Beside the state, below the folder that the system was started in. */
const AUTHORITY_FILE = '.callscribe/local-ca.pem';
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
  const lexicon = options.lexicon === undefined ? undefined : await readLexicon(options.lexicon);
  const stopped = signals();
  const tls = options.tls === true ? await makeCertificate(recogniser) : undefined;
  const system = await startLocalSystem({
    engine: recogniser === 'aws' ? 'aws' : await selectEngine(recogniser, process.env),
    tls,
    lexicon,
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
    if (tls !== undefined) rmSync(tls.authorityFile, { force: true });
    await Promise.race([system.stop(), stopped.second]);
  }
}

/** The certificate, its authority written where clients find it. */
async function makeCertificate(
  recogniser: string,
): Promise<LocalCertificate & { readonly authorityFile: string }> {
  if (recogniser === 'aws') {
    throw new CallscribeError('bad-configuration', '--tls is for the stand-in, not for aws');
  }
  const authorityFile = resolve(AUTHORITY_FILE);
  const certificate = await createLocalCertificate();
  mkdirSync(dirname(authorityFile), { recursive: true });
  writeFileSync(authorityFile, certificate.authority);
  return { ...certificate, authorityFile };
}

async function readLexicon(path: string): Promise<Lexicon> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CallscribeError('bad-configuration', `the lexicon ${path} cannot be read`, { cause });
  });
  return parseLexicon(text);
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
    // A folder's name may hold anything.
    const plain = PLAIN_VALUE.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
    return `export ${name}=${plain}\n`;
  });
  const pids = fleet?.workers.map(({ pid }) => pid).join(', ');
  const workers = pids === undefined ? 'without a worker' : `worker ${pids}`;
  note(`callscribe local is ready: recogniser ${options.recogniser}, ${workers}; Ctrl-C stops it`);
  if (env.NODE_EXTRA_CA_CERTS !== undefined && options.tls === true) {
    note(`Transcribe is served over TLS; its authority: ${env.NODE_EXTRA_CA_CERTS}`);
  }
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
