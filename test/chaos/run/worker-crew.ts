import { readFileSync } from 'node:fs';

import { WorkerFleet } from '../../../local/system/worker-fleet';
import type { WorkerHandle } from '../../../local/system/worker-fleet';
import type { WorkerAct } from '../plan/kinds';
import { parsed } from './aws-requests';
import { CallOwners } from './call-owners';

type Env = Readonly<Record<string, string>>;

export interface WorkerCrewOptions {
  /** One environment per worker; a worker that is replaced keeps its own. */
  readonly envs: readonly Env[];
  readonly visibilityMs: number;
  /** A worker with this environment has taken a call over. */
  onClaimed(callId: string, env: Env): void;
  /** What a worker says that is more than information. */
  onTrouble(line: string): void;
}

/** Messages by which a worker tells that a call is its own no more. */
const LET_GO = /^(call ended|call handed over|the call was taken over)/;

/** Worker processes that get killed, stopped and told to go, and the calls they have. */
export class WorkerCrew {
  /** One fleet per worker: the one that replaces it has the same environment. */
  readonly #fleets: readonly WorkerFleet[];
  readonly #owners = new CallOwners(() => performance.now());
  readonly #paused = new Set<number>();
  #worstRssMb = 0;

  constructor(private readonly options: WorkerCrewOptions) {
    this.#fleets = options.envs.map((env) => {
      const fleet = new WorkerFleet({ env, onLine: (line, pid) => this.#heard(line, pid, env) });
      fleet.start();
      return fleet;
    });
  }

  get size(): number {
    return this.options.envs.length;
  }

  /** How long calls that had lost their worker were without one, in milliseconds. */
  get resumedAfterMs(): readonly number[] {
    return this.#owners.resumedAfterMs;
  }

  /** Strikes one worker; returns the calls that it had, undefined when there is nobody to strike. */
  strike(act: WorkerAct, pick: number): string[] | undefined {
    const workers = this.#fleets.flatMap((fleet) => fleet.workers);
    const ready = workers.filter(({ pid }) => !this.#paused.has(pid));
    const worker = ready[Math.floor(pick * ready.length)];
    // Somebody has to be left who takes the calls over.
    if (worker === undefined || ready.length < 2) return undefined;
    const calls = this.#owners.of(worker.pid);
    if (act !== 'SIGTERM') this.#owners.lost(worker.pid);
    worker.signal(act);
    if (act === 'SIGSTOP') this.#continueLater(worker);
    return calls;
  }

  /** Most memory that any worker had in RAM, as far as `lookAtMemory` has seen. */
  get worstRssMb(): number {
    return this.#worstRssMb;
  }

  /** The kernel remembers a process's peak: looking now and then misses only those that are gone. */
  lookAtMemory(): void {
    for (const { pid } of this.#fleets.flatMap((fleet) => fleet.workers)) {
      this.#worstRssMb = Math.max(this.#worstRssMb, peakRssMb(pid));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#fleets.map((fleet) => fleet.stop()));
  }

  #continueLater(worker: WorkerHandle): void {
    this.#paused.add(worker.pid);
    setTimeout(() => {
      this.#paused.delete(worker.pid);
      worker.signal('SIGCONT');
      this.#owners.continues(worker.pid);
    }, 3 * this.options.visibilityMs).unref();
  }

  #heard(line: string, pid: number, env: Env): void {
    const { msg, callId, level } = parsed(line);
    if (level !== 'info') this.options.onTrouble(line);
    if (typeof msg !== 'string' || typeof callId !== 'string') return;
    if (msg === 'call claimed') {
      this.#owners.claimed(callId, pid);
      this.options.onClaimed(callId, env);
    } else if (LET_GO.test(msg)) this.#owners.letGo(callId, pid);
  }
}

function peakRssMb(pid: number): number {
  try {
    const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(peakKb ?? 0) / 1024);
  } catch {
    return 0;
  }
}
