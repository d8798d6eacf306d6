import type { Judgement } from '../judge/judgement';
import type { Part } from '../options';
import { KIND_NAMES, kindOf } from '../plan/kinds';
import { SABOTAGES } from '../sabotage/sabotage';
import type { SabotageName } from '../sabotage/sabotage';

/** One run of a campaign, as arguments of the command line. */
export interface Task {
  readonly part: Part;
  readonly title: string;
  readonly args: readonly string[];
  /** Each kind must have struck so many calls. */
  readonly struck?: number;
  /** So many signals must have met a worker. */
  readonly signals?: number;
  /** The column that a sabotage must show in; the run must fail. */
  readonly mustShow?: keyof Judgement;
}

/** More calls than have to be struck: some end before their strike comes. */
const SPARE = 1.2;
/** Calls at the same time where there is no reason for more: two runs side by side fit in. */
const CALLS = 30;
/** A place for calls sees about so many of them in a minute. */
const CALLS_A_MINUTE = 4.5;
const SEEDS = 5;
const SIGKILLS = 50;

interface Setting {
  readonly calls?: number;
  readonly minutes?: number;
  readonly callSeconds?: number;
  readonly signals?: number;
}

/** Kinds whose runs are not one crowd of calls after another. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  // At moments of their own, every 13 s.
  sigkill: { calls: 12, minutes: 11.5, signals: SIGKILLS },
  sigterm: { calls: 16, minutes: 1 },
  sigstop: { calls: 30, minutes: 2.2 },
  // Calls of half a minute: one for each place is all there is time for.
  'producer-gap-60s': { calls: 60, minutes: 0 },
  // One entry in ten is refused, and a call has few; some workers' clocks are right.
  'bus-entries-failed': { calls: 100, minutes: 0 },
  'clock-off': { calls: 100, minutes: 0 },
  // Longer than the limit that is to be met.
  'session-limit': { callSeconds: 50, minutes: 1 },
  'session-limit-unannounced': { callSeconds: 50, minutes: 2 },
  'no-silence': { callSeconds: 50, minutes: 1 },
};

/** Everything, or the parts asked for; what takes longest comes first. `only`: see `matrixTasks`. */
export function campaignTasks(
  parts: readonly Part[],
  seed: number,
  struck: number,
  only: readonly string[] = [],
): Task[] {
  const all = [
    ...longTasks(seed),
    ...seedTasks(seed),
    ...matrixTasks(seed, struck, only),
    ...sabotageTasks(seed),
  ];
  return parts.length === 0 ? all : all.filter(({ part }) => parts.includes(part));
}

/**
 * Each kind alone, or each of `only` if there are any; those that take long come first, so that none
 * is left over at the end.
 */
export function matrixTasks(seed: number, struck: number, only: readonly string[] = []): Task[] {
  const slow = (name: string) => /60s|sig|session-limit|no-silence|stall/.test(name);
  const wanted = only.length > 0 ? only : KIND_NAMES;
  const names = wanted.filter((name) => name !== 'sigkill');
  if (wanted.includes('sigkill')) names.unshift('sigkill');
  names.sort((a, b) => Number(slow(b)) - Number(slow(a)));
  return names.map((kind) => {
    const { calls, minutes, callSeconds, signals } = {
      ...crowdOf(kind, struck),
      ...SETTINGS[kind],
    };
    return {
      part: 'matrix',
      title: kind,
      struck,
      ...(signals === undefined ? {} : { signals }),
      args: [
        ...['--only', kind, '--seed', String(seed)],
        ...['--calls', String(calls), '--minutes', String(minutes)],
        ...(callSeconds === undefined ? [] : ['--call-seconds', String(callSeconds)]),
      ],
    };
  });
}

/** A window is open once: all calls have to be there. Else they come one after another. */
function crowdOf(kind: string, struck: number): Setting & { calls: number; minutes: number } {
  const wanted = Math.ceil(struck * SPARE);
  if (kindOf(kind).window !== undefined) return { calls: wanted, minutes: 0 };
  const minutes = wanted / CALLS / CALLS_A_MINUTE;
  return { calls: CALLS, minutes: Math.round(minutes * 100) / 100 };
}

export function seedTasks(firstSeed: number): Task[] {
  return Array.from({ length: SEEDS }, (_, index) => ({
    part: 'seeds',
    title: `seed ${firstSeed + index}, 10 minutes`,
    args: ['--seed', String(firstSeed + index), '--minutes', '10', '--calls', '12'],
  }));
}

/** What does not get shorter with its limits. */
function longTasks(seed: number): Task[] {
  const one = ['--seed', String(seed), '--minutes', '0'];
  return [
    {
      part: 'long',
      title: '10 minutes without a bus, 50 calls of one worker',
      args: [
        ...['--only', 'bus-down-10min', ...one, '--calls', '50', '--workers', '1'],
        ...['--call-seconds', '600', '--speed', '1', '--max-rss', '512'],
      ],
      struck: 50,
    },
    ...['1', '2'].map((channels): Task => ({
      part: 'long',
      title: `calls of an hour, session limit 20 s, ${channels === '1' ? 'one channel' : 'two channels'}`,
      args: [
        ...['--only', 'session-limit', ...one, '--calls', '3'],
        ...['--call-seconds', '3610', '--speed', '8', '--channels', channels],
      ],
      struck: 3,
    })),
  ];
}

const SHOWS: Readonly<Record<SabotageName, keyof Judgement>> = {
  drop: 'lost',
  dup: 'duplicated',
  shift: 'shifted',
  reorder: 'outOfOrder',
  foreign: 'foreign',
  gap: 'unclaimedGapMs',
};

/** Every sabotage, and the same run without one, which must pass. */
function sabotageTasks(seed: number): Task[] {
  const run = [
    ...['--only', 'foreign-follows,producer-gap-3s,tcp-reset'],
    ...['--seed', String(seed), '--calls', '20', '--minutes', '0'],
  ];
  return [
    { part: 'sabotage', title: 'no sabotage', args: run },
    ...SABOTAGES.map((name): Task => ({
      part: 'sabotage',
      title: `sabotage ${name}`,
      args: [...run, '--sabotage', name],
      mustShow: SHOWS[name],
    })),
  ];
}
