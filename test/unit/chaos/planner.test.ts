import { playedTo } from '../../chaos/plan/call-plan';
import { KIND_NAMES, KINDS } from '../../chaos/plan/kinds';
import { Planner, planTimedStrikes } from '../../chaos/plan/planner';
import type { PlannerOptions } from '../../chaos/plan/planner';
import { truthOf } from '../../chaos/judge/truth';

const SIZE = { minMs: 20_000, maxMs: 30_000, speeds: [2, 3] };

function options(more: Partial<PlannerOptions> = {}): PlannerOptions {
  return { seed: 7, kinds: KIND_NAMES, size: SIZE, concentrated: false, ...more };
}

function calls(count: number, more: Partial<PlannerOptions> = {}) {
  const planner = new Planner(options(more));
  return Array.from({ length: count }, () => planner.nextCall());
}

describe('Planner', () => {
  it('draws the same calls and strikes from the same seed, others from another', () => {
    expect(calls(20)).toEqual(calls(20));
    expect(calls(20)).not.toEqual(calls(20, { seed: 8 }));
    expect(planTimedStrikes(options(), 120_000)).toEqual(planTimedStrikes(options(), 120_000));
  });

  it('gets round to every kind of fault', () => {
    const ofCalls = calls(60).flatMap(({ kinds }) => kinds);
    const timed = planTimedStrikes(options(), 180_000).map(({ name }) => name);
    const drawn = new Set([...ofCalls, ...timed]);
    const missing = KIND_NAMES.filter((name) => KINDS[name]?.needs === undefined).filter(
      (name) => !drawn.has(name),
    );
    expect(missing).toEqual([]);
  });

  it.each([1, 2] as const)('gives every call %i channels when that is asked for', (channels) => {
    const drawn = calls(20, { kinds: [], size: { ...SIZE, channels } });

    expect(new Set(drawn.map((call) => call.channels.length))).toEqual(new Set([channels]));
  });

  it('lets one kind at most shape a call', () => {
    for (const { kinds } of calls(100)) {
      expect(kinds.filter((name) => KINDS[name]?.shape !== undefined).length).toBeLessThan(2);
    }
  });

  it('strikes every call with a kind that is asked for alone', () => {
    for (const { strikes, durationMs } of calls(20, { kinds: ['fin'], concentrated: true })) {
      expect(strikes.length).toBeGreaterThan(0);
      for (const { atMs } of strikes) expect(atMs).toBeLessThan(durationMs);
    }
  });

  it('says symbols one after another, each inside the call and outside silences', () => {
    for (const plan of calls(50)) {
      for (const { symbols, startMs, presence } of plan.channels) {
        if (presence === 'absent') expect(symbols).toEqual([]);
        symbols.forEach((symbol, index) => {
          const endOfLast = symbols[index - 1]?.endMs ?? startMs;
          expect(symbol.startMs).toBeGreaterThanOrEqual(endOfLast);
          expect(symbol.endMs).toBeLessThan(plan.durationMs);
        });
      }
    }
  });
});

describe('truthOf', () => {
  it('expects nothing of what lies in a break, and a gap there', () => {
    const [plan] = calls(1, { kinds: ['producer-gap-3s'], concentrated: true });
    if (plan === undefined) throw new Error('no call was drawn');
    const [gap] = plan.breaks;
    const [truth] = truthOf(plan);
    expect(truth?.gaps).toEqual([gap]);
    const inside = truth?.symbols.filter(
      ({ startMs, endMs }) => startMs >= (gap?.fromMs ?? 0) && endMs <= (gap?.toMs ?? 0),
    );
    expect(inside).toEqual([]);
    expect(truth?.symbols.length).toBeGreaterThan(0);
  });

  it('is uncertain of symbols that a gap cuts, and of those after what surely was heard', () => {
    const [plan] = calls(1, { kinds: ['stream-deleted'], concentrated: true });
    if (plan === undefined) throw new Error('no call was drawn');
    const heardTo = playedTo(plan) - 5_000;
    for (const { symbols } of truthOf(plan, heardTo)) {
      expect(symbols.every(({ startMs }) => startMs < playedTo(plan))).toBe(true);
      for (const { endMs, certain } of symbols) expect(certain).toBe(endMs <= heardTo);
    }
  });

  it('expects all of an absent leg as a gap', () => {
    const [plan] = calls(1, { kinds: ['leg-absent'], concentrated: true });
    if (plan === undefined) throw new Error('no call was drawn');
    const agent = truthOf(plan).find(({ channel }) => channel === 'agent');
    expect(agent).toEqual({
      channel: 'agent',
      symbols: [],
      gaps: [{ fromMs: 0, toMs: plan.durationMs }],
    });
  });
});
