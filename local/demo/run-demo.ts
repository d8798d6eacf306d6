import { CHANNELS } from '../../shared/call';
import type { DemoOptions } from '../cli/commands/demo';
import { formatJson } from '../cli/format/json';
import { jsonLine } from '../cli/output/terminal';
import { writeOut } from '../cli/output/write-out';
import { LOCAL_LIMITS } from '../system/limits';
import { startLocalSystem, type LocalSystemOptions } from '../system/local-system';
import { planIncidents, type IncidentPlan } from './incident-plan';
import { IncidentWatch } from './incident-watch';
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

const PLAN_NOTE =
  'On the way a session reaches its limit, one fails, and the worker is killed; --calm leaves ' +
  'that out.';

/** `callscribe demo`: a whole system, one call, and what became of it. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const interrupted = untilSignal();
  const isJson = options.json === true;
  const seed = options.seed ?? Math.floor(Math.random() * RANDOM_SEEDS) + 1;
  const programme = await prepareProgramme(seed, process.env);
  const view = new LiveView(isJson ? process.stderr : process.stdout, process.env);
  await view.note(`callscribe demo: seed ${seed}, recogniser ${programme.recogniser}`);
  for (const sentence of programme.notes) await view.note(sentence);
  const plan = options.calm === true ? undefined : planIncidents(seed);
  if (plan !== undefined) await view.note(PLAN_NOTE);

  let isOver = false;
  const note = (sentence: string): void => void (isOver || view.note(sentence));
  const aside = (sentence: string): void => void (isOver || view.aside(sentence));
  let incidents: IncidentWatch | undefined;
  const system = await startLocalSystem({
    engine: programme.engine,
    workers: 1,
    worker: {
      env: plan === undefined ? {} : { SESSION_LIMIT_MS: String(plan.sessionLimitMs) },
      onLine: (line) => void (isUnusual(line, plan) && note(line)),
      onLoss: (_pid, how) => incidents?.onLoss(how),
    },
    onNote: aside,
    ...(plan === undefined ? {} : exposed(plan)),
  });
  try {
    if (plan !== undefined) system.faults.transcribe.arm(plan.sessionFault);
    incidents = new IncidentWatch({
      killAtMs: plan?.killAtMs,
      fleet: system.fleet,
      note: aside,
    });
    const shown = isJson ? undefined : view;
    const watched = new WatchedCall(programme.call, system.env, shown, incidents);
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

/** The system with the limits that make the incidents of the plan happen. */
function exposed(
  plan: IncidentPlan,
): Pick<LocalSystemOptions, 'limits' | 'visibilityTimeoutSeconds'> {
  const transcribe = { ...LOCAL_LIMITS.transcribe, maxSessionMs: plan.sessionLimitMs };
  return {
    limits: { ...LOCAL_LIMITS, transcribe },
    visibilityTimeoutSeconds: plan.visibilityTimeoutSeconds,
  };
}

/**
 * The worker logs JSON lines; all but its daily business is worth showing. Of planned incidents
 * we tell ourselves, so that its warnings would say them twice.
 */
function isUnusual(line: string, plan: IncidentPlan | undefined): boolean {
  const usual = plan === undefined ? /^\{"level":"(debug|info)"/ : /^\{"level":"(debug|info|warn)"/;
  return !usual.test(line);
}
