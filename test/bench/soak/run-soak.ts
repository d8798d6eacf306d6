import { seededRandom } from '../../../local/dtmf/dtmf';
import { workerReady } from '../calls/ladder';
import { Stage } from '../calls/stage';
import { WorkerProcess } from '../calls/worker-process';
import { figure } from '../figures';
import type { BenchOptions } from '../options';
import { machineMs, sleep } from '../process/clock';
import { openFiles, residentBytes } from '../process/proc';
import type { Report } from '../report';
import { median, short, slopeOf } from '../statistics';

const CALLS = 200;
const QUICK_CALLS = 10;
const QUICK_MINUTES = 0.25;
/** Lengths are drawn evenly from this range; the first calls are cut, so that ends are spread. */
const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 300;
const STARTS_PER_SECOND = 20;
/** The first part of a soak fills caches and heaps; only the rest has to be flat. */
const WARM_SHARE = 1 / 3;
const SAMPLES = 60;
const MB = 1024 * 1024;
const SECONDS_PER_MINUTE = 60;

interface Sample {
  readonly minutes: number;
  readonly residentMb: number;
  readonly heapMb: number;
  readonly files: number;
  readonly resources: number;
  readonly sessions: number;
}

/** Bench 6: calls of random length come and go for half an hour. */
export async function runSoak(options: BenchOptions, report: Report): Promise<void> {
  const minutes = options.quick ? QUICK_MINUTES : options.minutes;
  const calls = options.quick ? QUICK_CALLS : CALLS;
  const stage = await Stage.start({ tls: true });
  const worker = new WorkerProcess({ env: stage.env });
  try {
    await workerReady(stage, worker);
    report.say(`soak, TLS: ${calls} calls of random length at a time, ${short(minutes)} minutes`);
    const over = new AbortController();
    const crowd = playCrowd(stage, calls, minutes, over.signal);
    const samples = await watch(stage, worker, minutes, report);
    over.abort();
    const played = await crowd;
    const { wrong, broken } = await stage.media.ask.status();
    const { records } = await stage.store.ask.closeWindow();
    show(samples, report);
    report.say(
      `${played} calls began, ${records.completed ?? 0} completed, ${records.failed ?? 0} failed, ` +
        `${records.gap ?? 0} gaps, wrong or broken ${wrong + broken}`,
    );
    report.say();
    const lost = wrong + broken + (records.failed ?? 0) + (records.gap ?? 0);
    report.add(
      ...slopes(samples),
      figure('soak.calls', played, 'count'),
      figure('soak.lost', lost, 'count', { atMost: 0 }),
    );
  } finally {
    await worker.stop();
    await stage.stop();
  }
}

/** Keeps so many calls going; resolves with how many there were. */
async function playCrowd(
  stage: Stage,
  size: number,
  minutes: number,
  over: AbortSignal,
): Promise<number> {
  const random = seededRandom(7);
  const longest = Math.min(LONGEST_SECONDS, Math.max(10, (minutes * SECONDS_PER_MINUTE) / 3));
  const shortest = Math.min(SHORTEST_SECONDS, longest);
  const endsMs: number[] = [];
  let played = 0;
  while (!over.aborted) {
    const nowMs = machineMs();
    const running = endsMs.filter((endMs) => endMs > nowMs);
    endsMs.splice(0, endsMs.length, ...running);
    if (running.length < size) {
      const drawn = Math.round(shortest + random() * (longest - shortest));
      const seconds = played < size ? Math.max(10, Math.round(drawn * random())) : drawn;
      await stage.beginCall(played, { seconds, options: { maxDurationSeconds: seconds } });
      endsMs.push(nowMs + seconds * 1000);
      played += 1;
    }
    await sleep(1000 / STARTS_PER_SECOND);
  }
  return played;
}

async function watch(
  stage: Stage,
  worker: WorkerProcess,
  minutes: number,
  report: Report,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startMs = machineMs();
  for (let taken = 1; taken <= SAMPLES; taken++) {
    const dueMs = startMs + (minutes * SECONDS_PER_MINUTE * 1000 * taken) / SAMPLES;
    await sleep(Math.max(0, dueMs - machineMs()));
    const { memory, resources } = await worker.report();
    const sample = {
      minutes: (machineMs() - startMs) / 60_000,
      residentMb: residentBytes(worker.pid) / MB,
      heapMb: memory.heapUsed / MB,
      files: openFiles(worker.pid),
      resources,
      sessions: (await stage.media.ask.status()).active,
    };
    samples.push(sample);
    if (taken % (SAMPLES / 6) === 0) {
      report.say(`  ${short(sample.minutes)} min: ${short(sample.residentMb)} MB resident`);
    }
  }
  return samples;
}

function show(samples: readonly Sample[], report: Report): void {
  const step = Math.max(1, Math.floor(samples.length / 10));
  const shown = samples.filter((_, at) => at % step === step - 1);
  report.table([
    ['minute', 'resident MB', 'heap MB', 'open files', 'resources', 'sessions'],
    ...shown.map((sample) => [
      short(sample.minutes),
      short(sample.residentMb),
      short(sample.heapMb),
      String(sample.files),
      String(sample.resources),
      String(sample.sessions),
    ]),
  ]);
}

/**
 * How much more there is after an hour at the rate of the second two thirds: by least squares,
 * and the middle of the last third against that of the second.
 */
function slopes(samples: readonly Sample[]) {
  const from = Math.floor(samples.length * WARM_SHARE);
  const settled = samples.slice(from);
  const half = Math.floor(settled.length / 2);
  const perHour = (of: (sample: Sample) => number) =>
    slopeOf(settled.map((sample) => [sample.minutes / 60, of(sample)] as const));
  const growth = (of: (sample: Sample) => number) =>
    (median(settled.slice(half).map(of)) / median(settled.slice(0, half).map(of)) - 1) * 100;
  return [
    figure(
      'soak.resident-slope',
      perHour(({ residentMb }) => residentMb),
      'MB/h',
    ),
    figure(
      'soak.resident-growth',
      growth(({ residentMb }) => residentMb),
      '%',
    ),
    figure(
      'soak.heap-growth',
      growth(({ heapMb }) => heapMb),
      '%',
    ),
    figure(
      'soak.open-files-growth',
      growth(({ files }) => files),
      '%',
    ),
    figure(
      'soak.resources-growth',
      growth(({ resources }) => resources),
      '%',
    ),
  ];
}
