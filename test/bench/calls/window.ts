import type { MediaWindow } from '../media/measures';
import { machineMs } from '../process/clock';
import { cpuMs, openFiles, residentBytes } from '../process/proc';
import { sleep } from '../process/clock';
import type { Role } from '../process/role';
import { percentiles } from '../statistics';
import type { Stage } from './stage';
import { joinFinals } from './join-finals';
import type { WorkerProcess, WorkerReport } from './worker-process';

/** CPU shares are taken of slices of a window; their spread is shown. */
const SLICE_SECONDS = 10;

export interface WindowMeasures {
  readonly calls: number;
  /** Share of one core, slice by slice. */
  readonly cpuShares: readonly number[];
  readonly cpuShare: number;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly worker: WorkerReport;
  /** p50, p99, max, milliseconds. */
  readonly lateness: readonly number[];
  /** p50, p99 from a final result sent to its record stored, and to its event published. */
  readonly stored: readonly number[];
  readonly published: readonly number[];
  /** Finals of the window of which no record (no event) came within it; the last seconds not. */
  readonly unstored: number;
  readonly unpublished: number;
  readonly media: MediaWindow;
  /** Share of a core of each stand-in's process. */
  readonly loads: Readonly<Record<string, number>>;
}

/** Measures for so long what a worker with so many calls does. */
export async function measureWindow(
  stage: Stage,
  worker: WorkerProcess,
  calls: number,
  seconds: number,
): Promise<WindowMeasures> {
  await worker.report();
  const { media, store, bus, roles } = stage;
  await Promise.all([media.ask.openWindow(), store.ask.openWindow(), bus.ask.openWindow()]);
  const loads = new LoadWatch(roles);
  const { share, slices } = await watchCpu(worker.pid, seconds);
  const shares = loads.shares();
  const report = await worker.report();
  const [heard, stored, published] = await Promise.all([
    media.ask.closeWindow(),
    store.ask.closeWindow(),
    bus.ask.closeWindow(),
  ]);
  const inStore = joinFinals(heard.finals, stored.stored);
  const onBus = joinFinals(heard.finals, published);
  return {
    calls,
    cpuShares: slices,
    cpuShare: share,
    residentBytes: residentBytes(worker.pid),
    openFiles: openFiles(worker.pid),
    worker: report,
    lateness: percentiles(heard.lateMs, 50, 99, 100),
    stored: percentiles(inStore.delaysMs, 50, 99),
    published: percentiles(onBus.delaysMs, 50, 99),
    unstored: inStore.missing,
    unpublished: onBus.missing,
    media: heard,
    loads: shares,
  };
}

/** Share of a core that a process takes, over all and by slices of ten seconds. */
export async function watchCpu(
  pid: number,
  seconds: number,
): Promise<{ share: number; slices: number[] }> {
  const slices: number[] = [];
  const first = { cpu: cpuMs(pid), at: machineMs() };
  let last = first;
  const count = Math.max(1, Math.round(seconds / SLICE_SECONDS));
  for (let slice = 0; slice < count; slice++) {
    await sleep((seconds * 1000) / count);
    const now = { cpu: cpuMs(pid), at: machineMs() };
    slices.push((now.cpu - last.cpu) / (now.at - last.at));
    last = now;
  }
  return { share: (last.cpu - first.cpu) / (last.at - first.at), slices };
}

/** What share of a core each role's process takes from now on. */
class LoadWatch {
  readonly #atMs = machineMs();
  readonly #cpuMs: readonly number[];

  constructor(private readonly roles: readonly Role<unknown>[]) {
    this.#cpuMs = roles.map(({ pid }) => cpuMs(pid));
  }

  shares(): Record<string, number> {
    const elapsedMs = machineMs() - this.#atMs;
    const entries = this.roles.map(
      ({ name, pid }, at) => [name, (cpuMs(pid) - (this.#cpuMs[at] ?? 0)) / elapsedMs] as const,
    );
    return Object.fromEntries(entries);
  }
}
