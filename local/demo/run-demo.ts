import { CHANNELS } from '../../shared/call';
import type { DemoOptions } from '../cli/commands/demo';
import { formatJson } from '../cli/format/json';
import { jsonLine } from '../cli/output/terminal';
import { writeOut } from '../cli/output/write-out';
import { startLocalSystem } from '../system/local-system';
import { LiveView } from './live-view';
import { prepareProgramme, type Programme } from './programme';
import { summarise, summaryText } from './summary';
import { WatchedCall, type ObservedCall } from './watched-call';

/** What shells report for an interrupted command. */
const INTERRUPTED_EXIT_CODE = 130;
/** `npx` and terminals may deliver one wish to stop twice. */
const SAME_SIGNAL_MS = 2_000;
/** Few enough to be told to somebody: "try seed 417". */
const RANDOM_SEEDS = 1_000;

/** `callscribe demo`: a whole system, one call, and what became of it. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const interrupted = untilSignal();
  const isJson = options.json === true;
  const seed = options.seed ?? Math.floor(Math.random() * RANDOM_SEEDS) + 1;
  const programme = await prepareProgramme(seed, process.env);
  const view = new LiveView(isJson ? process.stderr : process.stdout, process.env);
  await view.note(`callscribe demo: seed ${seed}, recogniser ${programme.recogniser}`);
  for (const sentence of programme.notes) await view.note(sentence);

  let isOver = false;
  const note = (sentence: string): void => void (isOver || view.note(sentence));
  const system = await startLocalSystem({
    engine: programme.engine,
    workers: 1,
    worker: { onLine: (line) => void (isUnusual(line) && note(line)) },
    onNote: note,
  });
  try {
    const watched = new WatchedCall(programme.call, system.env, isJson ? undefined : view);
    const observed = await Promise.race([watched.run(), interrupted]);
    if (observed === undefined) process.exitCode = INTERRUPTED_EXIT_CODE;
    else await report(seed, programme, observed, isJson);
  } finally {
    isOver = true;
    await system.stop();
  }
}

async function report(
  seed: number,
  programme: Programme,
  observed: ObservedCall,
  isJson: boolean,
): Promise<void> {
  const summary = summarise(seed, programme, observed);
  if (!isJson) {
    await writeOut(`\n${summaryText(summary)}`);
    return;
  }
  for (const segment of observed.segments) await writeOut(formatJson(segment));
  for (const channel of CHANNELS) {
    const text = programme.call.reference[channel];
    await writeOut(jsonLine({ type: 'reference', channel, text }));
  }
  await writeOut(jsonLine(summary));
}

/** Resolves at the first Ctrl-C or SIGTERM; another one ends the process at once. */
function untilSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    const onSignal = (): void => {
      const nowMs = performance.now();
      firstMs ??= nowMs;
      if (nowMs - firstMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED_EXIT_CODE);
      resolve(undefined);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}

/** The worker logs JSON lines; all but its daily business is worth showing. */
function isUnusual(line: string): boolean {
  return !/^\{"level":"(debug|info)"/.test(line);
}
