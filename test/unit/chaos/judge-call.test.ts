import { judgeCall } from '../../chaos/judge/judge-call';
import { SequenceIndex } from '../../chaos/judge/sequence-index';
import type { CallPlan } from '../../chaos/plan/call-plan';
import type { CallRecord, Fact } from '../../../shared/record';

const SYMBOLS = Array.from('1A5#99B0C7', (symbol, index) => ({
  symbol,
  startMs: index * 100,
  endMs: index * 100 + 50,
}));

const PLAN: CallPlan = {
  callId: 'call-1',
  style: 'connect',
  speed: 1,
  fragmentMs: 100,
  durationMs: 1_000,
  channels: [
    { channel: 'caller', presence: 'heard', startMs: 0, amplitudeDbfs: -20, symbols: SYMBOLS },
  ],
  breaks: [],
  repeats: [],
  strikes: [],
  hints: { guard: true, startFragmentNumber: true, startTime: true, tagsAfter: false },
  kinds: [],
};

/** The log of a call of which the symbols from `from` to `to` are missing, with one gap. */
function judge(
  from: number,
  to: number,
  gap: { fromMs: number; toMs: number; reason?: string },
  heardTo?: number,
) {
  const heard = SYMBOLS.filter((_, index) => index < from || index >= to);
  const words = heard.map(({ symbol, startMs, endMs }) => ({ text: symbol, startMs, endMs }));
  const facts = [
    { type: 'segment', channel: 'caller', startMs: 0, endMs: 950, words },
    {
      type: 'gap',
      channel: 'caller',
      startMs: gap.fromMs,
      endMs: gap.toMs,
      reason: gap.reason ?? 'unanswered',
    },
    { type: 'completed', endMs: 1_000 },
  ] as unknown as Fact[];
  const records = facts.map((fact, index) => ({ fact, seq: index + 1 }) as CallRecord);
  const evidence = { plan: PLAN, records, events: [], heardTo };
  const { lost, claimedGapMs } = judgeCall(evidence, new SequenceIndex()).judgement;
  return { lost, claimedGapMs };
}

describe('judgeCall', () => {
  it('counts what is told of as unanswered as lost, and the gap as true', () => {
    expect(judge(3, 6, { fromMs: 300, toMs: 550 })).toEqual({ lost: 3, claimedGapMs: 0 });
  });

  it('counts what of such a gap was answered as false', () => {
    expect(judge(3, 6, { fromMs: 200, toMs: 550 })).toEqual({ lost: 3, claimedGapMs: 50 });
  });

  it('counts all of it as false when nothing is missing', () => {
    expect(judge(0, 0, { fromMs: 300, toMs: 550 })).toEqual({ lost: 0, claimedGapMs: 250 });
  });

  it('takes as true what is absent of a deleted stream, but not where words were heard', () => {
    const gap = { fromMs: 500, toMs: 1_000, reason: 'absent' };

    expect(judge(5, 10, gap, 0).claimedGapMs).toBe(0);
    expect(judge(0, 0, gap, 0).claimedGapMs).toBe(250);
  });
});
