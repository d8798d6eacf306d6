import { workerReady } from '../calls/ladder';
import { Stage } from '../calls/stage';
import { WorkerProcess } from '../calls/worker-process';
import { figure } from '../figures';
import type { BenchOptions } from '../options';
import { machineMs, sleep } from '../process/clock';
import type { Report } from '../report';
import { short } from '../statistics';

const BACKLOG_MS = 600_000;
const QUICK_BACKLOG_MS = 20_000;
/** Who is not there by then reads hardly faster than the call is spoken. */
const LIMIT_MS = 150_000;
/** The live edge: pieces come every 200 ms, so nobody is nearer than that for long. */
const LIVE_MS = 500;
const LOOK_EVERY_MS = 20;

/** Bench 4: a call that has been spoken for ten minutes when the worker gets it. */
export async function runCatchUp(options: BenchOptions, report: Report): Promise<void> {
  const backlogMs = options.quick ? QUICK_BACKLOG_MS : BACKLOG_MS;
  const stage = await Stage.start({ tls: true });
  const worker = new WorkerProcess({ env: stage.env });
  try {
    await workerReady(stage, worker);
    const fromMs = machineMs();
    await stage.beginCall(1, { inMs: -backlogMs });
    const { tookMs, speed, behindMs } = await reachesLiveEdge(stage, worker, fromMs);
    const { wrong, broken } = await stage.media.ask.status();
    report.add(
      figure('catch-up.to-live-edge', tookMs / 1000, 's'),
      figure('catch-up.speed', speed, 'x real time'),
      figure('catch-up.left-behind', behindMs / 1000, 's'),
      figure('catch-up.lost', wrong + broken, 'count', { atMost: 0 }),
    );
    const outcome = Number.isNaN(tookMs)
      ? `not heard live after ${LIMIT_MS / 1000} s: ${short(behindMs / 1000)} s are left`
      : `heard live after ${short(tookMs / 1000)} s`;
    report.say(
      `catch-up, TLS: ${short(backlogMs / 60_000)} minutes of backlog are ${outcome}; ` +
        `${short(speed)} x real time; wrong or broken: ${wrong + broken}`,
    );
    report.say();
  } finally {
    await worker.stop();
    await stage.stop();
  }
}

async function reachesLiveEdge(stage: Stage, worker: WorkerProcess, fromMs: number) {
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const standing = (await stage.media.ask.calls()).get(1);
    const tookMs = machineMs() - fromMs;
    const behindMs = (standing?.spokenMs ?? NaN) - (standing?.heardMs ?? NaN);
    if (standing !== undefined && standing.heardMs > 0 && behindMs < LIVE_MS) {
      return { tookMs, speed: standing.heardMs / tookMs, behindMs: 0 };
    }
    if (tookMs > LIMIT_MS || !worker.isRunning) {
      return { tookMs: NaN, speed: (standing?.heardMs ?? NaN) / tookMs, behindMs };
    }
  }
}
