/**
 * Loaded before the worker's bundle (`node --import`) in benches. At each SIGUSR2 it writes what
 * the event loop and the heap did since the last one to BENCH_REPORT, and, with BENCH_CPU_PROF,
 * a CPU profile of every other such interval.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;
const LOOK_EVERY_MS = 2_000;

const { BENCH_REPORT: reportFile, BENCH_CPU_PROF: profileFolder } = process.env;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let reports = 0;
let profiler;

delays.enable();
// A bench that was killed leaves no worker behind.
const bench = process.ppid;
setInterval(() => {
  if (process.ppid !== bench) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS).unref();
process.on('SIGUSR2', () => {
  reports += 1;
  report();
  if (profileFolder) profile(profileFolder);
});

function report() {
  const lateMs = (percentile) =>
    Math.max(0, delays.percentile(percentile) / NS_PER_MS - RESOLUTION_MS);
  const content = {
    report: reports,
    lagMs: { p50: lateMs(50), p99: lateMs(99), max: delays.max / NS_PER_MS - RESOLUTION_MS },
    memory: process.memoryUsage(),
    resources: process.getActiveResourcesInfo().length,
  };
  writeFileSync(`${reportFile}.tmp`, JSON.stringify(content));
  renameSync(`${reportFile}.tmp`, reportFile);
  delays.reset();
}

function profile(folder) {
  if (profiler === undefined) {
    profiler = new Session();
    profiler.connect();
    profiler.post('Profiler.enable');
    profiler.post('Profiler.setSamplingInterval', { interval: 500 });
    profiler.post('Profiler.start');
    return;
  }
  profiler.post('Profiler.stop', (error, { profile: found } = {}) => {
    if (!error) {
      const file = join(folder, `worker-${process.pid}-${reports}.cpuprofile`);
      writeFileSync(file, JSON.stringify(found));
    }
  });
  profiler.disconnect();
  profiler = undefined;
}
