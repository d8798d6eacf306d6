import type { CallStanding, StartedCall } from '../media/media-role';
import { machineMs, sleep, until } from '../process/clock';
import { residentBytes } from '../process/proc';
import type { Report } from '../report';
import { short } from '../statistics';
import { judgeCalls } from './judge-calls';
import type { CallsVerdict } from './judge-calls';
import type { Stage } from './stage';
import { measureWindow } from './window';
import type { WindowMeasures } from './window';
import { WorkerProcess } from './worker-process';

/** Calls begin so fast: a start costs many times what a running call does. */
const STARTS_PER_SECOND = 40;
const READY_LIMIT_MS = 30_000;
const UP_LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 200;
/** After the last start of a rung, before it is measured. */
const SETTLE_MS = 5_000;
/** An idle process has finished loading after so long. */
const IDLE_MS = 2_000;
/** The golden section spreads call starts evenly over any period, such as a piece's 200 ms. */
const GOLDEN = 0.618_033_988_75;
const SPREAD_MS = 200;
/** Every call is heard up to so little before now when a rung is reached. */
const LIVE_MS = 2_000;

export interface LadderOptions {
  readonly rungs: readonly number[];
  readonly seconds: number;
  readonly cpuProf?: string;
  /** Waits as little as can be: for runs that only show that everything works. */
  readonly isQuick: boolean;
}

export interface LadderResult extends CallsVerdict {
  readonly idleBytes: number;
  /** The rungs that were reached. */
  readonly rungs: readonly WindowMeasures[];
  readonly warnings: readonly string[];
}

/** One worker, more and more calls; measures at each rung. */
export async function climb(
  stage: Stage,
  { rungs, seconds, cpuProf, isQuick }: LadderOptions,
  report: Report,
): Promise<LadderResult> {
  const worker = new WorkerProcess({ env: stage.env, cpuProf });
  try {
    await workerReady(stage, worker);
    await sleep(isQuick ? 0 : IDLE_MS);
    const idleBytes = residentBytes(worker.pid);
    const calls: (StartedCall & { index: number })[] = [];
    const measured: WindowMeasures[] = [];
    for (const rung of rungs) {
      await startCalls(stage, calls, rung);
      if (!(await reaches(stage, rung))) {
        const live = await liveCalls(stage);
        report.say(`  ${rung} calls: not reached, ${live} at the live edge after 90 s`);
        break;
      }
      await sleep(isQuick ? 0 : SETTLE_MS);
      measured.push(await measureWindow(stage, worker, rung, seconds));
      report.say(`  ${rung} calls: ${short((measured.at(-1)?.cpuShare ?? NaN) * 100)} % of a core`);
    }
    return {
      ...(await judgeCalls(stage, calls)),
      idleBytes,
      rungs: measured,
      warnings: worker.warnings(),
    };
  } finally {
    await worker.stop();
  }
}

export async function workerReady(stage: Stage, worker: WorkerProcess): Promise<void> {
  await until(
    async () => (await stage.queue.ask.waitingReceives()) > 0,
    READY_LIMIT_MS,
    () => `the worker does not ask for calls: ${worker.warnings().slice(-3).join()}`,
  );
}

async function reaches(stage: Stage, rung: number): Promise<boolean> {
  const lastMs = machineMs() + UP_LIMIT_MS;
  while ((await liveCalls(stage)) < rung) {
    if (machineMs() > lastMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

async function liveCalls(stage: Stage): Promise<number> {
  const standings = [...(await stage.media.ask.calls()).values()];
  return standings.filter(isLive).length;
}

function isLive({ firstHeardMs, heardMs, spokenMs }: CallStanding): boolean {
  return !Number.isNaN(firstHeardMs) && heardMs > spokenMs - LIVE_MS;
}

async function startCalls(
  stage: Stage,
  calls: (StartedCall & { index: number })[],
  upTo: number,
): Promise<void> {
  const beginMs = machineMs();
  const first = calls.length;
  while (calls.length < upTo) {
    const index = calls.length;
    const dueMs = beginMs + ((index - first) * 1000) / STARTS_PER_SECOND;
    const inMs = ((index * GOLDEN) % 1) * SPREAD_MS;
    const waitMs = dueMs - machineMs();
    if (waitMs > 0) await sleep(waitMs);
    calls.push({ ...(await stage.beginCall(index, { inMs })), index });
  }
}
