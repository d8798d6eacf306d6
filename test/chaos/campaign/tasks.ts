import type { Judgement } from '../judge/judgement';
import { KIND_NAMES } from '../plan/kinds';
import { SABOTAGES } from '../sabotage/sabotage';
import type { SabotageName } from '../sabotage/sabotage';

/** One run of a campaign, as arguments of the command line. */
export interface Task {
  readonly title: string;
  readonly args: readonly string[];
  /** Each kind must have struck so many calls. */
  readonly struck?: number;
  /** The column that a sabotage must show in; the run must fail. */
  readonly mustShow?: keyof Judgement;
}

/** More calls than have to be struck: some end before their strike comes. */
const SPARE = 1.2;

interface Setting {
  readonly calls?: number;
  readonly minutes?: number;
  readonly callSeconds?: number;
}

/** Kinds whose runs are not one crowd of calls at one time. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  // 50 signals at least, at moments of their own.
  sigkill: { calls: 16, minutes: 3 },
  sigterm: { calls: 16, minutes: 1 },
  sigstop: { calls: 30, minutes: 1.5 },
  // Longer than the limit that is to be met.
  'session-limit': { callSeconds: 50 },
  'session-limit-unannounced': { callSeconds: 50 },
  'no-silence': { callSeconds: 50 },
};

/** Each kind alone; those that take long come first, so that none is left over at the end. */
export function matrixTasks(seed: number, struck: number): Task[] {
  const slow = (name: string) => /60s|sig|session-limit|no-silence|stall/.test(name);
  const names = [...KIND_NAMES].sort((a, b) => Number(slow(b)) - Number(slow(a)));
  return names.map((kind) => {
    const { calls = Math.ceil(struck * SPARE), minutes = 0, callSeconds } = SETTINGS[kind] ?? {};
    return {
      title: kind,
      struck,
      args: [
        ...['--only', kind, '--seed', String(seed)],
        ...['--calls', String(calls), '--minutes', String(minutes)],
        ...(callSeconds === undefined ? [] : ['--call-seconds', String(callSeconds)]),
      ],
    };
  });
}

export function seedTasks(firstSeed: number): Task[] {
  return Array.from({ length: 5 }, (_, index) => ({
    title: `seed ${firstSeed + index}, 10 minutes`,
    args: ['--seed', String(firstSeed + index), '--minutes', '10', '--calls', '12'],
  }));
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
export function sabotageTasks(seed: number): Task[] {
  const run = [
    ...['--only', 'foreign-follows,producer-gap-3s,tcp-reset'],
    ...['--seed', String(seed), '--calls', '20', '--minutes', '0'],
  ];
  return [
    { title: 'no sabotage', args: run },
    ...SABOTAGES.map((name) => ({
      title: `sabotage ${name}`,
      args: [...run, '--sabotage', name],
      mustShow: SHOWS[name],
    })),
  ];
}
