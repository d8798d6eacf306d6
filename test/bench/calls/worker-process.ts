import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';
import { machineMs, sleep, until } from '../process/clock';
import { MEASURED_CORE, pinned } from '../process/pin';

/** Says how the image runs the worker, with which flags of Node's. */
const IMAGE = 'functions/worker/Dockerfile';
const REPORT_LIMIT_MS = 10_000;
/** The worker gives itself ten. */
const STOP_LIMIT_MS = 15_000;

/** What the worker's process says of itself at the end of a window (worker-preload.mjs). */
export interface WorkerReport {
  readonly report: number;
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly memory: NodeJS.MemoryUsage;
  /** Timers, sockets and requests that keep the process alive. */
  readonly resources: number;
}

export interface WorkerProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Folder for CPU profiles. */
  readonly cpuProf?: string;
}

/** The worker's bundle, unchanged, alone on its core. */
export class WorkerProcess {
  readonly startedMs = machineMs();
  readonly #folder = mkdtempSync(join(tmpdir(), 'callscribe-bench-worker-'));
  readonly #child: ChildProcess;
  #reports = 0;

  constructor({ env, cpuProf }: WorkerProcessOptions) {
    const root = projectRoot();
    const preload = join(root, 'test/bench/calls/worker-preload.mjs');
    const bundle = join(root, 'dist/worker/main.cjs');
    const command = [process.execPath, ...imageFlags(root), '--import', preload, bundle];
    const [file, ...args] = pinned(MEASURED_CORE, command);
    const log = openSync(this.#logFile, 'a');
    this.#child = spawn(file, args, {
      stdio: ['ignore', log, log],
      env: {
        ...env,
        PATH: process.env.PATH ?? '',
        BENCH_REPORT: this.#reportFile,
        ...(cpuProf === undefined ? {} : { BENCH_CPU_PROF: cpuProf }),
      },
    });
    closeSync(log);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Lines of its log that are warnings or worse; holds no text of a call. */
  warnings(): string[] {
    return readFileSync(this.#logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/"level":(10|20|30),/.test(line));
  }

  /** Asks for a report, which begins a new window; resolves with what the last one held. */
  async report(): Promise<WorkerReport> {
    this.#reports += 1;
    this.#child.kill('SIGUSR2');
    let found: WorkerReport | undefined;
    await until(
      () => (found = this.#read()) !== undefined,
      REPORT_LIMIT_MS,
      () => `the worker does not report; its last words: ${this.warnings().slice(-3).join(' ')}`,
    );
    return found as WorkerReport;
  }

  /** SIGTERM, and SIGKILL when that does not end it. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      if (this.isRunning) this.#child.once('exit', () => resolve());
      else resolve();
    });
    this.#child.kill('SIGTERM');
    await Promise.race([ended, sleep(STOP_LIMIT_MS)]);
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(): WorkerReport | undefined {
    try {
      const report = JSON.parse(readFileSync(this.#reportFile, 'utf8')) as WorkerReport;
      return report.report === this.#reports ? report : undefined;
    } catch {
      return undefined;
    }
  }

  get #reportFile(): string {
    return join(this.#folder, 'report.json');
  }

  get #logFile(): string {
    return join(this.#folder, 'worker.log');
  }
}

export function imageFlags(root: string): string[] {
  const [, list = ''] =
    /^CMD \["node", (.*)"main\.cjs"\]$/m.exec(readFileSync(join(root, IMAGE), 'utf8')) ?? [];
  return [...list.matchAll(/"(-[^"]+)"/g)].map(([, flag = '']) => flag);
}
