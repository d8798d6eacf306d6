import { Stage } from '../calls/stage';
import { WorkerProcess } from '../calls/worker-process';
import { workerReady } from '../calls/ladder';
import { figure } from '../figures';
import type { BenchOptions } from '../options';
import { machineMs, sleep, until } from '../process/clock';
import type { Report } from '../report';
import { median, short, spreadOf, spreadText } from '../statistics';

const ROUNDS = 5;
const BURST_CALLS = 1_000;
const QUICK_BURST_CALLS = 10;
const ONE_LIMIT_MS = 30_000;
const BURST_LIMIT_MS = 180_000;
/** What a worker loads is loaded after so long; a call that comes then finds it warm. */
const WARM_MS = 3_000;

/** Bench 3: from the process's start to a claim, from a claim to the first chunk, and a burst. */
export async function runStart(options: BenchOptions, report: Report): Promise<void> {
  const rounds = options.quick ? 1 : ROUNDS;
  const cold: number[] = [];
  const toChunk: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const found = await measureFirst(options.quick ? 0 : WARM_MS);
    cold.push(found.startToClaimMs);
    toChunk.push(found.claimToChunkMs);
    warm.push(found.warmClaimToChunkMs);
  }
  report.add(
    figure('start.process-to-claim', median(cold), 'ms', { atMost: 1_000 }),
    figure('start.claim-to-chunk', median(toChunk), 'ms'),
    figure('start.claim-to-chunk-warm', median(warm), 'ms'),
  );
  const calls = options.quick ? QUICK_BURST_CALLS : BURST_CALLS;
  const burst = await measureBurst(calls);
  report.add(
    figure(`start.burst.${calls}.claimed`, burst.claimedMs / 1000, 's'),
    figure(`start.burst.${calls}.heard`, burst.heardMs / 1000, 's'),
    figure(`start.burst.${calls}.live`, burst.liveMs / 1000, 's'),
    figure(`start.burst.${calls}.lost`, burst.lost, 'count', { atMost: 0 }),
  );
  report.say(`start, TLS, ${rounds} rounds; ms`);
  report.table([
    ['process start to first claim', spreadText(spreadOf(cold))],
    ['that claim to its first chunk', spreadText(spreadOf(toChunk))],
    ['claim to first chunk, second call', spreadText(spreadOf(warm))],
  ]);
  report.say(
    `${calls} calls at once: all claimed after ${short(burst.claimedMs / 1000)} s, all heard ` +
      `after ${short(burst.heardMs / 1000)} s, all at the live edge after ` +
      `${short(burst.liveMs / 1000)} s; wrong or broken: ${burst.lost}`,
  );
  report.say();
}

async function measureFirst(warmMs: number) {
  const stage = await Stage.start({ tls: true });
  // The call waits in the queue: what is measured is the worker.
  await stage.beginCall(1);
  const worker = new WorkerProcess({ env: stage.env });
  try {
    const first = await heardCall(stage, 1);
    await sleep(warmMs);
    await stage.beginCall(2);
    const second = await heardCall(stage, 2);
    return {
      startToClaimMs: first.claimedMs - worker.startedMs,
      claimToChunkMs: first.chunkMs - first.claimedMs,
      warmClaimToChunkMs: second.chunkMs - second.claimedMs,
    };
  } finally {
    await worker.stop();
    await stage.stop();
  }
}

async function heardCall(stage: Stage, index: number) {
  let chunkMs = NaN;
  await until(
    async () => {
      chunkMs = (await stage.media.ask.calls()).get(index)?.firstHeardMs ?? NaN;
      return !Number.isNaN(chunkMs);
    },
    ONE_LIMIT_MS,
    () => 'the worker does not serve the call',
  );
  const claimedMs = (await stage.store.ask.firstRecords()).get(index) ?? NaN;
  return { claimedMs, chunkMs };
}

/** Calls that have all begun at one moment; the worker is idle until then. */
async function measureBurst(count: number) {
  const stage = await Stage.start({ tls: true });
  const worker = new WorkerProcess({ env: stage.env });
  try {
    await workerReady(stage, worker);
    const indexes = Array.from({ length: count }, (_, index) => index);
    const fromMs = machineMs();
    await stage.beginCalls(indexes);
    const liveAtMs = await allLive(stage, worker, count);
    const claims = await stage.store.ask.firstRecords();
    const standings = await stage.media.ask.calls();
    const heard = indexes.map((index) => standings.get(index)?.firstHeardMs ?? NaN);
    const { wrong, broken } = await stage.media.ask.status();
    return {
      claimedMs: Math.max(...indexes.map((index) => claims.get(index) ?? NaN)) - fromMs,
      heardMs: Math.max(...heard) - fromMs,
      liveMs: liveAtMs - fromMs,
      lost: wrong + broken,
    };
  } finally {
    await worker.stop();
    await stage.stop();
  }
}

/** When every call was heard up to a second before now; NaN when that does not come. */
async function allLive(stage: Stage, worker: WorkerProcess, count: number): Promise<number> {
  const lastMs = machineMs() + BURST_LIMIT_MS;
  while (machineMs() < lastMs && worker.isRunning) {
    await sleep(100);
    const standings = [...(await stage.media.ask.calls()).values()];
    const live = standings.filter(
      ({ firstHeardMs, heardMs, spokenMs }) => firstHeardMs > 0 && heardMs > spokenMs - 1_000,
    );
    if (live.length === count) return machineMs();
  }
  return NaN;
}
