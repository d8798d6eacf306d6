import { CallDraft } from './call-draft';
import type { CallSize } from './call-draft';
import type { CallPlan } from './call-plan';
import { kindOf } from './kinds';
import type { FaultWindow, WorkerAct } from './kinds';
import { between, randomFor, shuffled } from './random';

export interface PlannerOptions {
  readonly seed: number;
  /** Names of the kinds that are asked for; none: nothing fails. */
  readonly kinds: readonly string[];
  readonly size: CallSize;
  /** Every call meets every kind that strikes calls, not one to three of them. */
  readonly concentrated: boolean;
}

/** Something that strikes the system, whichever calls it carries then. */
export interface TimedStrike {
  readonly name: string;
  /** Milliseconds after the run's beginning. */
  readonly atMs: number;
  readonly window?: FaultWindow;
  readonly act?: WorkerAct;
  /** Picks the worker, 0 to 1. */
  readonly pick: number;
}

/**
 * Draws calls and strikes from a seed: the same seed gives the same calls in the same order, each
 * with the same faults at the same positions, and the same strikes at the same times.
 */
export class Planner {
  #ordinal = 0;
  #deck: string[] = [];
  readonly #random: () => number;

  constructor(private readonly options: PlannerOptions) {
    this.#random = randomFor(options.seed, 'decks');
  }

  nextCall(): CallPlan {
    const { seed, size } = this.options;
    const ordinal = this.#ordinal++;
    const callId = `chaos-${seed}-${ordinal}`;
    const draft = new CallDraft(callId, randomFor(seed, callId), size);
    const kinds = this.#drawKinds();
    for (const name of kinds) kindOf(name).shape?.(draft);
    // After the shapes: they may have made the call longer.
    for (const name of kinds) kindOf(name).strikes?.(draft, name);
    return draft.finish(kinds);
  }

  /** At most one kind that shapes the call, so that its truth stays plain. */
  #drawKinds(): string[] {
    const { kinds, concentrated } = this.options;
    const ofCalls = kinds.filter((name) => isOfCalls(name));
    if (concentrated || ofCalls.length === 0) return ofCalls;
    const drawn: string[] = [];
    const wanted = between(this.#random, 1, 3);
    for (let tries = 0; drawn.length < wanted && tries < ofCalls.length; tries++) {
      if (this.#deck.length === 0) this.#deck = shuffled(this.#random, ofCalls);
      const name = this.#deck.pop() as string;
      const clashes = drawn.some((other) => other === name || isClash(other, name));
      if (clashes) this.#deck.unshift(name);
      else drawn.push(name);
    }
    return drawn;
  }
}

function isOfCalls(name: string): boolean {
  const { shape, strikes } = kindOf(name);
  return shape !== undefined || strikes !== undefined;
}

function isClash(one: string, other: string): boolean {
  return kindOf(one).shape !== undefined && kindOf(other).shape !== undefined;
}

/**
 * Between two strikes on the system. One worker's calls are to have gone on before the next is
 * killed, so that what is measured is one take-over.
 */
const STRIKE_EVERY_MS = { mixed: 7_000, SIGKILL: 13_000, SIGTERM: 4_000, SIGSTOP: 22_000 } as const;
/** All calls of a run begin in it, also on a busy machine: workers take them one after another. */
const ALONE_WINDOW_MS = 90_000;
/** A window of more than this is an outage: one at a time, and of each kind one in so long. */
const OUTAGE_MS = 20_000;
const OUTAGE_EVERY_MS = 300_000;

/** When what strikes the whole system does so, in a run of `lengthMs`. */
export function planTimedStrikes(options: PlannerOptions, lengthMs: number): TimedStrike[] {
  const random = randomFor(options.seed, 'times');
  const timed = options.kinds.filter((name) => {
    const { window, act } = kindOf(name);
    return window !== undefined || act !== undefined;
  });
  if (timed.length === 0) return [];
  return options.concentrated
    ? timed.flatMap((name) => alone(name, lengthMs, random))
    : mixed(timed, lengthMs, random);
}

/** A window from the start, when calls begin; a signal all the time. */
function alone(name: string, lengthMs: number, random: () => number): TimedStrike[] {
  const { window, act } = kindOf(name);
  if (window !== undefined) {
    const forMs = Math.max(window.forMs, ALONE_WINDOW_MS);
    return [{ name, atMs: 0, window: { ...window, forMs }, pick: random() }];
  }
  const everyMs = STRIKE_EVERY_MS[act as WorkerAct];
  const strikes: TimedStrike[] = [];
  for (let atMs = 3_000; atMs < lengthMs; atMs += between(random, everyMs * 0.6, everyMs * 1.4)) {
    strikes.push({ name, atMs, act, pick: random() });
  }
  return strikes;
}

/** All kinds in turn, in an order of their own each time round. */
function mixed(timed: readonly string[], lengthMs: number, random: () => number): TimedStrike[] {
  const isOutage = (name: string) => (kindOf(name).window?.forMs ?? 0) > OUTAGE_MS;
  const brief = timed.filter((name) => !isOutage(name));
  const strikes = outages(timed.filter(isOutage), lengthMs, random);
  let deck: string[] = [];
  let atMs = 4_000;
  while (atMs < lengthMs && brief.length > 0) {
    if (deck.length === 0) deck = shuffled(random, brief);
    const name = deck.pop() as string;
    const { window, act } = kindOf(name);
    strikes.push({ name, atMs, window, act, pick: random() });
    atMs += between(random, STRIKE_EVERY_MS.mixed * 0.6, STRIKE_EVERY_MS.mixed * 1.4);
  }
  return strikes.sort((a, b) => a.atMs - b.atMs);
}

/** Each kind once in five minutes, one after another. */
function outages(names: readonly string[], lengthMs: number, random: () => number): TimedStrike[] {
  const rounds = Math.max(1, Math.round(lengthMs / OUTAGE_EVERY_MS));
  const apartMs = lengthMs / rounds / Math.max(1, names.length);
  return Array.from({ length: rounds }, () => shuffled(random, names))
    .flat()
    .map((name, index) => ({
      name,
      // At the end calls still come to their ends while it lasts.
      atMs: Math.round((index + 0.1 + 0.2 * random()) * apartMs),
      window: kindOf(name).window,
      pick: random(),
    }));
}
