import type { StartedCall } from '../media/media-role';
import { machineMs, sleep, until } from '../process/clock';
import { residentBytes } from '../process/proc';
import type { Report } from '../report';
import { short } from '../statistics';
import type { OracleVerdict } from './oracle';
import { judgeTones } from './oracle';
import type { Stage } from './stage';
import { isToneCall } from '../media/call-names';
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
/** A tone's final comes within 3 s of it; the rest is for the store. */
const ORACLE_TAIL_MS = 6_000;

export interface LadderOptions {
  readonly rungs: readonly number[];
  readonly seconds: number;
  readonly cpuProf?: string;
}

export interface LadderResult {
  readonly idleBytes: number;
  readonly rungs: readonly WindowMeasures[];
  readonly oracle: OracleVerdict;
  /** Frames of wrong audio, broken sessions, sessions begun again, gaps: each would be a loss. */
  readonly losses: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** One worker, more and more calls; measures at each rung. */
export async function climb(
  stage: Stage,
  { rungs, seconds, cpuProf }: LadderOptions,
  report: Report,
): Promise<LadderResult> {
  const worker = new WorkerProcess({ env: stage.env, cpuProf });
  try {
    await workerReady(stage, worker);
    await sleep(IDLE_MS);
    const idleBytes = residentBytes(worker.pid);
    const calls: (StartedCall & { index: number })[] = [];
    const measured: WindowMeasures[] = [];
    for (const rung of rungs) {
      await startCalls(stage, calls, rung);
      if (!(await reaches(stage, rung))) {
        const { active } = await stage.media.ask.status();
        report.say(`  ${rung} calls: not reached, ${active} sessions after a minute and a half`);
        break;
      }
      await sleep(SETTLE_MS);
      measured.push(await measureWindow(stage, worker, rung, seconds));
      report.say(`  ${rung} calls: ${short((measured.at(-1)?.cpuShare ?? NaN) * 100)} % of a core`);
    }
    return {
      ...(await judge(stage, calls)),
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
  while ((await stage.media.ask.status()).active < rung) {
    if (machineMs() > lastMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
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
    if (dueMs > machineMs()) await sleep(dueMs - machineMs());
    calls.push({ ...(await stage.beginCall(index, { inMs })), index });
  }
}

async function judge(
  stage: Stage,
  calls: readonly (StartedCall & { index: number })[],
): Promise<Pick<LadderResult, 'oracle' | 'losses'>> {
  const nowMs = machineMs();
  const { store, media } = stage;
  const tones = calls.filter(({ index }) => isToneCall(index));
  const heard = new Map(
    await Promise.all(
      tones.map(async ({ index }) => [index, await store.ask.heard(index)] as const),
    ),
  );
  const oracle = judgeTones(
    tones.map(({ index, startMs }) => ({ index, toMs: nowMs - startMs - ORACLE_TAIL_MS })),
    heard,
  );
  const { wrong, broken, again } = await media.ask.status();
  const { records } = await store.ask.closeWindow();
  const losses = {
    'frames of other audio': wrong,
    'broken sessions': broken,
    'sessions begun again': again,
    gaps: records.gap ?? 0,
    'failed calls': records.failed ?? 0,
    'symbols lost': oracle.lost,
    'symbols doubled': oracle.duplicated,
    'symbols shifted': oracle.shifted,
  };
  return { oracle, losses };
}
