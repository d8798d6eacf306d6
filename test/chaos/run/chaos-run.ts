import type { CallRecord } from '../../../shared/record';
import { judgeCall } from '../judge/judge-call';
import type { CallVerdict } from '../judge/judge-call';
import type { CallSize } from '../plan/call-draft';
import { playedTo } from '../plan/call-plan';
import { kindOf } from '../plan/kinds';
import { Planner, planTimedStrikes } from '../plan/planner';
import type { TimedStrike } from '../plan/planner';
import type { Sabotage } from '../sabotage/sabotage';
import { readLog } from './call-log-reader';
import { Cast } from './cast';
import type { PlayedCall } from './cast';
import { noteStrikesInLog } from './log-evidence';
import { Stage } from './stage';
import { WindowWatch } from './window-watch';

/**
 * A call may have to wait for several outages of a minute, and for a busy machine: this only ends
 * the run of a call that never ends.
 */
const PATIENCE_MS = 600_000;
const PROGRESS_EVERY_MS = 30_000;
/** Messages of ended calls are gone soon after. */
const QUEUE_PATIENCE_MS = 30_000;
/** A deleted stream's last fragment may be on its way to the reader, or only to the stand-in. */
const DELETION_TOLERANCE_MS = 200;
/** Whatever struck so shortly before a deletion may have kept the audio from being fetched. */
const DISTURBED_MS = 30_000;

export interface RunOptions {
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly concentrated: boolean;
  readonly slots: number;
  readonly lengthMs: number;
  readonly size: CallSize;
  readonly workers: number;
  readonly sabotage?: Sabotage;
  onTrouble(line: string): void;
  /** One sentence about how the run gets on. */
  onNote(sentence: string): void;
}

export interface JudgedCall extends PlayedCall, CallVerdict {
  readonly records: readonly CallRecord[];
  /** Kind to number of strikes. */
  readonly struck: Readonly<Record<string, number>>;
}

export interface RunResult {
  readonly calls: readonly JudgedCall[];
  readonly strikes: readonly { readonly name: string; readonly times: number }[];
  readonly timed: readonly TimedStrike[];
  readonly received: Stage['subscriber']['received'];
  readonly resumedAfterMs: readonly number[];
  readonly signals: number;
  /** Most memory that any worker process ever had in RAM. */
  readonly worstRssMb: number;
  /** What is wrong with the system as a whole. */
  readonly leftovers: readonly string[];
}

/** Plays, strikes and judges; leaves nothing running. */
export async function runChaos(options: RunOptions): Promise<RunResult> {
  const stage = await Stage.start(options);
  try {
    return await new ChaosRun(stage, options).run();
  } finally {
    await stage.close();
  }
}

class ChaosRun {
  readonly #windows: WindowWatch;
  readonly #disturbedAtMs: number[] = [];
  #signals = 0;

  constructor(
    private readonly stage: Stage,
    private readonly options: RunOptions,
  ) {
    this.#windows = new WindowWatch(stage.ledger);
    stage.watch((service, callIds, exchange) =>
      this.#windows.exchanged(service, callIds, exchange),
    );
  }

  async run(): Promise<RunResult> {
    const { stage, options } = this;
    const planner = new Planner(options);
    const cast = new Cast({
      ...options,
      stage,
      planner,
      patienceMs: PATIENCE_MS,
      foreignIsOwn: options.sabotage?.name === 'foreign',
    });
    const progress = setInterval(() => this.#tellProgress(cast), PROGRESS_EVERY_MS);
    const timed = planTimedStrikes(options, this.#strikingMs());
    const timers = timed.map((strike) =>
      setTimeout(() => this.#strike(strike, cast.nowMs), strike.atMs),
    );
    await cast.play();
    stage.crew.lookAtMemory();
    clearInterval(progress);
    for (const timer of timers) clearTimeout(timer);
    const leftovers = await this.#leftovers();
    const calls = await this.#judge(cast.calls);
    return {
      calls,
      strikes: options.kinds.map((name) => ({ name, times: stage.ledger.times(name) })),
      timed,
      received: stage.subscriber.received,
      resumedAfterMs: stage.crew.resumedAfterMs,
      signals: this.#signals,
      worstRssMb: stage.crew.worstRssMb,
      leftovers,
    };
  }

  #tellProgress({ calls, nowMs }: Cast): void {
    this.stage.crew.lookAtMemory();
    const ended = calls.filter(({ endedMs }) => endedMs !== undefined).length;
    const seconds = Math.round(nowMs / 1000);
    this.options.onNote(
      `${seconds} s: ${ended} calls have ended, ${calls.length - ended} are live`,
    );
  }

  /** Signals go on as long as the longest of the last calls is played. */
  #strikingMs(): number {
    const { lengthMs, size } = this.options;
    return lengthMs + size.maxMs / Math.min(...size.speeds);
  }

  #strike({ name, window, act, pick }: TimedStrike, nowMs: number): void {
    const { stage } = this;
    this.#disturbedAtMs.push(nowMs);
    if (act !== undefined) {
      const calls = stage.crew.strike(act, pick);
      if (calls === undefined) return;
      this.#signals += 1;
      for (const callId of calls) stage.ledger.strike(name, callId);
    }
    if (window === undefined) return;
    const { service, kind, settings, forMs } = window;
    stage.arm(name, { service, kind, settings }, undefined, { forMs });
    this.#windows.opened(name, window);
  }

  async #leftovers(): Promise<string[]> {
    const { sqs } = this.stage.system;
    const limitMs = performance.now() + QUEUE_PATIENCE_MS;
    for (;;) {
      const { visible, inFlight } = await sqs.depth(sqs.callsQueueUrl);
      const dead = (await sqs.depth(sqs.callsDlqUrl)).visible;
      const found = [
        ...(visible + inFlight > 0 ? [`${visible + inFlight} messages are left in the queue`] : []),
        ...(dead > 0 ? [`${dead} messages are in the dead-letter queue`] : []),
      ];
      if (found.length === 0 || performance.now() > limitMs) return found;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async #judge(played: readonly PlayedCall[]): Promise<JudgedCall[]> {
    const { stage } = this;
    const logs = new Map<string, CallRecord[]>();
    for (const { plan } of played) {
      const records = await readLog(stage.system.dynamoDb, plan.callId);
      logs.set(plan.callId, records);
      this.#noteStrikes(plan.callId, records);
    }
    this.stage.attributeSessionStrikes();
    return played.map((call) => {
      const { plan } = call;
      const records = logs.get(plan.callId) ?? [];
      const events = stage.subscriber.of(plan.callId);
      const heardTo = this.#heardTo(call);
      const verdict = judgeCall({ plan, records, events, heardTo }, stage.index);
      return { ...call, ...verdict, records, struck: stage.ledger.of(plan.callId) };
    });
  }

  #noteStrikes(callId: string, records: readonly CallRecord[]): void {
    const limits = this.options.kinds.flatMap((name) => kindOf(name).needs?.sessionLimitMs ?? []);
    noteStrikesInLog(callId, records, limits[0], this.stage.ledger);
  }

  /** Of a call whose streams were deleted: up to where it must have been heard. */
  #heardTo({ plan, audioEndedMs }: PlayedCall): number | undefined {
    if (plan.deletedAtMs === undefined || audioEndedMs === undefined) return undefined;
    const toMs = playedTo(plan) - plan.fragmentMs - DELETION_TOLERANCE_MS;
    const isDisturbed =
      plan.strikes.length > 0 ||
      this.#disturbedAtMs.some((atMs) => atMs < audioEndedMs && atMs > audioEndedMs - DISTURBED_MS);
    return isDisturbed ? Math.max(0, toMs - DISTURBED_MS * plan.speed) : toMs;
  }
}
