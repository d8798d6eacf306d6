import { figure } from '../figures';
import type { Figure, Target } from '../figures';
import type { BenchOptions } from '../options';
import type { Report } from '../report';
import { short, spreadOf, spreadText } from '../statistics';
import { measureConnections, measureEbml, measureSdkLoop } from './beside';
import { climb } from './ladder';
import type { LadderResult } from './ladder';
import { Stage } from './stage';
import type { WindowMeasures } from './window';

const RUNGS = [100, 300, 1000, 2000];
const QUICK_CALLS = 20;
/** What else there is is measured at this number of calls. */
const BESIDE_CALLS = 1000;
/** It only shows that it does not keep up. */
const EBML_SECONDS = 15;
const KB = 1024;
/** What the worker may hold of a call's audio to send it again: 20 s, stereo, 8 kHz, 16 bits. */
export const REPLAY_BYTES = 20 * 8_000 * 2 * 2;

const SHARE_AT_1000 = { cleartext: 0.04, tls: 0.05 };
const GROWTH_AT_2000 = 1.15;

type Mode = 'cleartext' | 'tls';

/** Bench 2: live calls on one core. */
export async function runCalls(options: BenchOptions, report: Report): Promise<void> {
  const modes: Mode[] = options.tls === 'on' ? ['tls'] : ['cleartext', 'tls'];
  if (options.tls === 'off') modes.pop();
  const rungs = options.calls ?? (options.quick ? [QUICK_CALLS] : RUNGS);
  const seconds = options.quick ? Math.min(options.seconds, 3) : options.seconds;
  const alone: Partial<Record<Mode, LadderResult>> = {};
  for (const mode of modes) {
    report.say(`calls, ${mode}: ${rungs.join(', ')} at a time, windows of ${seconds} s`);
    const stage = await Stage.start({ tls: mode === 'tls' });
    try {
      const result = await climb(
        stage,
        { rungs, seconds, cpuProf: options.cpuProf, isQuick: options.quick },
        report,
      );
      alone[mode] = result;
      showLadder(result, report);
      report.add(...ladderFigures(mode, rungs, result));
    } finally {
      await stage.stop();
    }
  }
  if (options.alone) return;
  const calls = rungs.includes(BESIDE_CALLS) ? BESIDE_CALLS : Math.max(...rungs);
  for (const mode of modes) await runConnections(mode, calls, seconds, options.quick, report);
  await runBeside(calls, seconds, alone.cleartext, options.quick, report);
}

/** What no worker can be below: both connections of each call, and nothing done with the audio. */
async function runConnections(
  mode: Mode,
  calls: number,
  seconds: number,
  isQuick: boolean,
  report: Report,
): Promise<void> {
  const settleMs = isQuick ? 0 : undefined;
  const measure = await measureConnections(calls, seconds, mode === 'tls', settleMs);
  const cpu = (measure.share * 100) / calls;
  const memory = measure.residentBytes / calls / KB;
  report.add(
    figure(`calls.connections.${mode}.${calls}.cpu-per-call`, cpu, '% of a core'),
    figure(`calls.connections.${mode}.${calls}.memory-per-call`, memory, 'KB'),
  );
  report.say(
    `the connections alone, ${calls} calls, ${mode}: ` +
      `${spreadText(spreadOf(measure.shares.map((share) => (share * 100) / calls)))} % of a core ` +
      `and ${short(memory)} KB per call`,
  );
}

/** What else there is, in the worker's place, with the same calls. */
async function runBeside(
  calls: number,
  seconds: number,
  worker: LadderResult | undefined,
  isQuick: boolean,
  report: Report,
): Promise<void> {
  const sdk = await measureSdkLoop(calls, seconds, isQuick ? 0 : undefined);
  report.add(
    figure(`calls.sdk-loop.${calls}.cpu-per-call`, (sdk.share * 100) / calls, '% of a core'),
  );
  const ours = worker?.rungs.find((rung) => rung.calls === calls);
  const ratio = (ours?.cpuShare ?? NaN) / sdk.share;
  report.add(figure('calls.cleartext.cpu-to-sdk-loop', ratio, 'ratio', { atMost: 0.6 }));
  report.say(
    `the bare SDK loop, ${calls} calls, cleartext, sending only: ` +
      `${spreadText(spreadOf(sdk.shares.map((share) => share * 100)))} % of a core; ` +
      `the whole worker: ${short(ratio)} x`,
  );
  const ebml = await measureEbml(calls, Math.min(seconds, EBML_SECONDS));
  report.add(
    figure(`calls.ebml.${calls}.cpu`, ebml.share * 100, '% of a core'),
    figure(`calls.ebml.${calls}.kept-up`, ebml.keptUp * 100, '%'),
  );
  report.say(
    `ebml in the worker's place, ${calls} calls, decoding only: ${short(ebml.share * 100)} % of ` +
      `a core for ${short(ebml.keptUp * 100)} % of what the calls spoke`,
  );
  report.say();
}

function showLadder(result: LadderResult, report: Report): void {
  const { rungs, idleBytes, oracle, losses, sessionsAgain, notTaken, warnings } = result;
  const head = [
    'calls',
    '% of a core per call',
    'KB per call',
    'with replay',
    'loop lag p99/max',
    'late p50/p99/max',
    'stored p50/p99',
    'published p50/p99',
    'stand-ins, % of a core',
  ];
  report.table([head, ...rungs.map((rung) => rungRow(rung, idleBytes))]);
  report.say(
    `idle ${short(idleBytes / KB / KB)} MB; oracle: ${oracle.judged} calls, ${oracle.symbols} symbols; ` +
      Object.entries(losses)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') +
      `; sessions begun again ${sessionsAgain}, calls not taken ${notTaken}`,
  );
  if (warnings.length > 0) {
    report.say(`the worker warned ${warnings.length} times, first: ${warnings[0]?.slice(0, 300)}`);
  }
  report.say();
}

function rungRow(rung: WindowMeasures, idleBytes: number): string[] {
  const list = (values: readonly number[]) => values.map(short).join('/');
  const withReplay = (rung.residentBytes - idleBytes) / rung.calls;
  return [
    String(rung.calls),
    spreadText(spreadOf(rung.cpuShares.map((share) => (share * 100) / rung.calls))),
    short((withReplay - REPLAY_BYTES) / KB),
    short(withReplay / KB),
    list([rung.worker.lagMs.p99, rung.worker.lagMs.max]),
    list(rung.lateness),
    `${list(rung.stored)}${rung.unstored > 0 ? ` (${rung.unstored} missing)` : ''}`,
    `${list(rung.published)}${rung.unpublished > 0 ? ` (${rung.unpublished} missing)` : ''}`,
    Object.entries(rung.loads)
      .map(([name, share]) => `${name} ${short(share * 100)}`)
      .join(' '),
  ];
}

function ladderFigures(mode: Mode, rungs: readonly number[], result: LadderResult): Figure[] {
  const figures = rungs.flatMap((calls) =>
    rungFigures(
      mode,
      calls,
      result.rungs.find((rung) => rung.calls === calls),
      result.idleBytes,
    ),
  );
  const lost = Object.values(result.losses).reduce((sum, count) => sum + count, 0);
  const at = (calls: number) => result.rungs.find((rung) => rung.calls === calls);
  const [thousand, twoThousand] = [at(1000), at(2000)];
  if (rungs.includes(1000) && rungs.includes(2000)) {
    const growth = (twoThousand?.cpuShare ?? NaN) / 2 / (thousand?.cpuShare ?? NaN);
    const target = { atMost: GROWTH_AT_2000 };
    figures.push(figure(`calls.${mode}.cpu-per-call-2000-to-1000`, growth, 'ratio', target));
  }
  return [...figures, figure(`calls.${mode}.lost`, lost, 'count', { atMost: 0 })];
}

/** Null values for a rung that was not reached. */
function rungFigures(
  mode: Mode,
  calls: number,
  rung: WindowMeasures | undefined,
  idleBytes: number,
): Figure[] {
  const prefix = `calls.${mode}.${calls}.`;
  const is = (mark: number, target: Target, of: Mode = mode) =>
    calls === mark && of === mode ? target : {};
  const memory = ((rung?.residentBytes ?? NaN) - idleBytes) / calls / KB;
  const [latenessP50 = NaN, latenessP99 = NaN, latenessMax = NaN] = rung?.lateness ?? [];
  const [storedP50 = NaN, storedP99 = NaN] = rung?.stored ?? [];
  const [publishedP50 = NaN, publishedP99 = NaN] = rung?.published ?? [];
  return [
    figure(
      `${prefix}cpu-per-call`,
      ((rung?.cpuShare ?? NaN) * 100) / calls,
      '% of a core',
      is(1000, { atMost: SHARE_AT_1000[mode] }),
    ),
    figure(
      `${prefix}memory-per-call`,
      memory - REPLAY_BYTES / KB,
      'KB',
      is(1000, { atMost: 220 }, 'tls'),
    ),
    figure(`${prefix}memory-per-call-with-replay`, memory, 'KB'),
    figure(`${prefix}loop-lag-p99`, rung?.worker.lagMs.p99 ?? NaN, 'ms'),
    figure(`${prefix}loop-lag-max`, rung?.worker.lagMs.max ?? NaN, 'ms'),
    figure(`${prefix}lateness-p50`, latenessP50, 'ms'),
    figure(`${prefix}lateness-p99`, latenessP99, 'ms', is(2000, { atMost: 50 }, 'tls')),
    figure(`${prefix}lateness-max`, latenessMax, 'ms'),
    figure(`${prefix}stored-p50`, storedP50, 'ms'),
    figure(`${prefix}stored-p99`, storedP99, 'ms', is(1000, { atMost: 100 })),
    figure(`${prefix}published-p50`, publishedP50, 'ms'),
    figure(`${prefix}published-p99`, publishedP99, 'ms', is(1000, { atMost: 150 })),
  ];
}
