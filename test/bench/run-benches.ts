import { appendFileSync } from 'node:fs';

import { runBill } from './bill/run-bill';
import { runCalls } from './calls/run-calls';
import { runCatchUp } from './catch-up/run-catch-up';
import { runDemux } from './demux/run-demux';
import type { BenchName, BenchOptions } from './options';
import { OTHER_CORE, pinSelf } from './process/pin';
import { Report, machineText } from './report';
import { runSoak } from './soak/run-soak';
import { runStart } from './start/run-start';

type Bench = (options: BenchOptions, report: Report) => Promise<void>;

const RUNS: Readonly<Record<BenchName, Bench>> = {
  demux: runDemux,
  calls: runCalls,
  start: runStart,
  'catch-up': runCatchUp,
  bill: runBill,
  soak: runSoak,
};

/** Runs the benches that were asked for; resolves with whether all ran to their ends. */
export async function runBenches(options: BenchOptions): Promise<boolean> {
  const report = new Report(options.json);
  pinSelf(OTHER_CORE);
  report.say(machineText());
  report.say();
  const isWhole = options.quick
    ? await runTogether(options, report)
    : await runInTurn(options, report);
  report.targets();
  return isWhole;
}

async function runInTurn(options: BenchOptions, report: Report): Promise<boolean> {
  let isWhole = true;
  for (const name of options.only) isWhole = (await run(name, options, report)) && isWhole;
  return isWhole;
}

/** Side by side, since they mostly wait: what such a run measures means nothing. */
async function runTogether(options: BenchOptions, report: Report): Promise<boolean> {
  const outcomes = await Promise.all(
    options.only.map(async (name) => {
      const lines: string[] = [];
      const own = new Report(options.json, (text) => void lines.push(text));
      return { isWhole: await run(name, options, own), own, lines };
    }),
  );
  for (const { own, lines } of outcomes) report.include(own, lines);
  return outcomes.every(({ isWhole }) => isWhole);
}

async function run(name: BenchName, options: BenchOptions, report: Report): Promise<boolean> {
  const before = report.figures.length;
  try {
    await RUNS[name](options, report);
    return true;
  } catch (reason) {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : 'failed';
    process.stderr.write(`${name}: ${text}\n`);
    return false;
  } finally {
    // At once: a run may be cut off before its last bench is over.
    if (options.out !== undefined) appendFileSync(options.out, report.lines(before));
  }
}
