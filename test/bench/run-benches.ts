import { runBill } from './bill/run-bill';
import { runCalls } from './calls/run-calls';
import { runCatchUp } from './catch-up/run-catch-up';
import { runDemux } from './demux/run-demux';
import type { BenchName, BenchOptions } from './options';
import { OTHER_CORE, pinSelf } from './process/pin';
import { runSoak } from './soak/run-soak';
import { runStart } from './start/run-start';
import { Report, machineText } from './report';

type Bench = (options: BenchOptions, report: Report) => Promise<void>;

const RUNS: Readonly<Record<BenchName, Bench>> = {
  demux: runDemux,
  calls: runCalls,
  start: runStart,
  'catch-up': runCatchUp,
  bill: runBill,
  soak: runSoak,
};

/** Runs the benches that were asked for, one after the other; resolves with whether all ran. */
export async function runBenches(options: BenchOptions): Promise<boolean> {
  const report = new Report(options.json);
  pinSelf(OTHER_CORE);
  report.say(machineText());
  report.say();
  let isWhole = true;
  for (const name of options.only) {
    try {
      await RUNS[name](options, report);
    } catch (reason) {
      isWhole = false;
      const text = reason instanceof Error ? (reason.stack ?? reason.message) : 'failed';
      process.stderr.write(`${name}: ${text}\n`);
    }
  }
  report.targets();
  return isWhole;
}
