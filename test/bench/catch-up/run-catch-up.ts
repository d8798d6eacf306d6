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
const LIMIT_MS = 420_000;
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
    const { tookMs, speed } = await reachesLiveEdge(stage, worker, fromMs);
    const { wrong, broken } = await stage.media.ask.status();
    report.add(
      figure('catch-up.to-live-edge', tookMs / 1000, 's'),
      figure('catch-up.speed', speed, 'x real time'),
      figure('catch-up.lost', wrong + broken, 'count', { atMost: 0 }),
    );
    report.say(
      `catch-up, TLS: ${short(backlogMs / 60_000)} minutes of backlog are heard after ` +
        `${short(tookMs / 1000)} s, ${short(speed)} x real time; wrong or broken: ${wrong + broken}`,
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
    if (standing !== undefined && standing.heardMs > standing.spokenMs - LIVE_MS) {
      return { tookMs, speed: standing.heardMs / tookMs };
    }
    if (tookMs > LIMIT_MS || !worker.isRunning) {
      return { tookMs: NaN, speed: (standing?.heardMs ?? NaN) / tookMs };
    }
  }
}
