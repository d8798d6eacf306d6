import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { CallscribeError } from '../../shared/errors';
import { projectRoot } from './project-root';

/** Time that workers get to hand their calls over before they are killed. */
const STOP_LIMIT_MS = 10_000;
/** As a service that replaces its tasks; long enough not to spin when a worker cannot start. */
const RESTART_DELAY_MS = 1000;
/** Exit code of a worker whose environment is wrong: starting it again would not help. */
const BAD_CONFIGURATION = 2;

export interface WorkerFleetOptions {
  /** The worker's bundle; default `dist/worker/main.cjs`. */
  readonly workerFile?: string;
  /** The Node that runs it; default: this one. */
  readonly nodePath?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Start another when one ends by itself; default true. */
  readonly replace?: boolean;
  /** Every line that a worker prints. */
  onLine?(line: string, pid: number): void;
  /** A worker ended that was not told to. */
  onLoss?(pid: number, how: string): void;
}

export interface WorkerHandle {
  readonly pid: number;
  readonly exited: Promise<void>;
  /** Whether it is still there. */
  readonly alive: boolean;
  signal(name: NodeJS.Signals): void;
}

/** Worker processes: the bundle that is deployed, run by `node`. */
export class WorkerFleet {
  readonly #workers = new Map<number, { child: ChildProcess; handle: WorkerHandle }>();
  readonly #file: string;
  #stopping = false;

  constructor(private readonly options: WorkerFleetOptions) {
    this.#file = options.workerFile ?? join(projectRoot(), 'dist/worker/main.cjs');
    if (existsSync(this.#file)) return;
    throw new CallscribeError(
      'bad-configuration',
      `there is no worker at ${this.#file}; \`npm run build\` makes it`,
    );
  }

  get workers(): WorkerHandle[] {
    return [...this.#workers.values()].map(({ handle }) => handle);
  }

  /** Starts one more; `env` is added to the fleet's. */
  start(env: Readonly<Record<string, string>> = {}): WorkerHandle {
    const watch = join(projectRoot(), 'local/system/parent-watch.cjs');
    const child = spawn(
      this.options.nodePath ?? process.execPath,
      ['--require', watch, this.#file],
      {
        env: { ...this.options.env, ...env },
        // Standard input stays open as long as we live; nothing is written to it.
        stdio: ['pipe', 'pipe', 'pipe'],
        // A session of its own: Ctrl-C reaches us alone, and we stop the workers in order.
        detached: true,
      },
    );
    const { pid } = child;
    const handle = this.#follow(child, pid ?? 0, env);
    if (pid !== undefined) this.#workers.set(pid, { child, handle });
    return handle;
  }

  /** Tells every worker to hand over and end, stopped ones too; kills those that do not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = this.workers;
    for (const worker of workers) {
      worker.signal('SIGTERM');
      worker.signal('SIGCONT');
    }
    const limit = setTimeout(() => {
      for (const worker of workers) worker.signal('SIGKILL');
    }, STOP_LIMIT_MS);
    await Promise.all(workers.map((worker) => worker.exited));
    clearTimeout(limit);
  }

  #follow(child: ChildProcess, pid: number, env: Readonly<Record<string, string>>): WorkerHandle {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => this.options.onLine?.(line, pid));
    }
    // Writing nothing, we still hear of the pipe when the worker is gone.
    child.stdin?.on('error', () => undefined);
    let alive = true;
    const exited = new Promise<void>((resolve) => {
      const ended = (how: string, mayRestart: boolean): void => {
        if (!alive) return;
        alive = false;
        this.#workers.delete(pid);
        resolve();
        if (!this.#stopping) this.#replace(pid, how, mayRestart, env);
      };
      child.once('error', (reason) => ended(reason.message, false));
      child.once('exit', (code, signal) =>
        ended(signal === null ? `exit code ${code}` : signal, code !== BAD_CONFIGURATION),
      );
    });
    return {
      pid,
      exited,
      get alive() {
        return alive;
      },
      signal: (name) => void (alive && child.kill(name)),
    };
  }

  #replace(
    pid: number,
    how: string,
    mayRestart: boolean,
    env: Readonly<Record<string, string>>,
  ): void {
    this.options.onLoss?.(pid, how);
    if (!mayRestart || this.options.replace === false) return;
    setTimeout(() => {
      if (!this.#stopping) this.start(env);
    }, RESTART_DELAY_MS).unref();
  }
}
