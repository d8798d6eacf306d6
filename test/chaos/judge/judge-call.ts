import type { Gap, Word } from '../../../shared/events';
import { isTerminal } from '../../../shared/record';
import type { CallRecord } from '../../../shared/record';
import type { CallPlan, Stretch } from '../plan/call-plan';
import { playedTo } from '../plan/call-plan';
import { judgeEvents } from './judge-events';
import type { ReceivedEvent } from './judge-events';
import { judgeWords } from './judge-words';
import { clean } from './judgement';
import type { Judgement } from './judgement';
import type { SequenceIndex } from './sequence-index';
import { merged, msOutside, overlaps, widened } from './stretches';
import { truthOf } from './truth';
import type { ChannelTruth } from './truth';

/** Beside one fragment, an edge of a gap may be off by so much (the tolerance). */
const EDGE_TOLERANCE_MS = 200;

export interface CallEvidence {
  readonly plan: CallPlan;
  readonly records: readonly CallRecord[];
  readonly events: readonly ReceivedEvent[];
  /** For a call whose streams were deleted: up to here all must have been heard. */
  readonly heardTo?: number;
}

export interface CallVerdict {
  readonly judgement: Judgement;
  /** What was wrong, without a word of what was said. */
  readonly notes: readonly string[];
}

/** Judges one call by its log and its events. */
export function judgeCall(evidence: CallEvidence, index: SequenceIndex): CallVerdict {
  const { plan, records, events } = evidence;
  const judgement = clean();
  const notes: string[] = [];
  for (const truth of truthOf(plan, evidence.heardTo)) {
    judgeChannel(evidence, truth, index, judgement, notes);
  }
  const { missing, outOfOrder, invented } = judgeEvents(records, events);
  judgement.eventsMissing += missing;
  judgement.outOfOrder += outOfOrder;
  if (missing > 0) notes.push(`${missing} events missing`);
  if (invented > 0) notes.push(`${invented} events without a record`);
  notes.push(...brokenRules(plan, records));
  judgement.other += invented + brokenRules(plan, records).length;
  return { judgement, notes };
}

function judgeChannel(
  { plan, records, heardTo }: CallEvidence,
  { channel, symbols, gaps }: ChannelTruth,
  index: SequenceIndex,
  judgement: Judgement,
  notes: string[],
): void {
  const heard = records.flatMap(({ fact }) =>
    fact.type === 'segment' && fact.channel === channel ? fact.words : [],
  );
  const words = judgeWords(plan.callId, symbols, heard, index);
  judgement.lost += words.lost;
  judgement.duplicated += words.duplicated;
  judgement.shifted += words.shifted;
  judgement.foreign += words.foreign;
  notes.push(...words.examples.map((example) => `${channel}: ${example}`));
  const ownGaps = records.flatMap(({ fact }) =>
    fact.type === 'gap' && fact.channel === channel ? [fact] : [],
  );
  const claimed = stretchesOf(ownGaps.filter(({ reason }) => reason !== 'unanswered'));
  const unanswered = stretchesOf(ownGaps.filter(({ reason }) => reason === 'unanswered'));
  const toleranceMs = plan.fragmentMs + EDGE_TOLERANCE_MS;
  // What was deleted before anybody had to have heard it is missing indeed, unless it was heard.
  const real = heardTo === undefined ? gaps : [...gaps, { fromMs: heardTo, toMs: Infinity }];
  const claimedMs =
    msOutside(claimed, widened(real, toleranceMs)) +
    (heardTo === undefined ? 0 : msHeard(claimed, heard)) +
    msAnswered(unanswered, words.lostAt, heard);
  const unclaimedMs = msOutside(gaps, widened(claimed, toleranceMs));
  judgement.claimedGapMs += claimedMs;
  judgement.unclaimedGapMs += unclaimedMs;
  if (claimedMs > 0) notes.push(`${channel}: ${claimedMs} ms of gap claimed, not real`);
  if (unclaimedMs > 0) notes.push(`${channel}: ${unclaimedMs} ms of gap real, not claimed`);
}

/** Milliseconds of gaps over words that are in the log. */
function msHeard(gaps: readonly Stretch[], heard: readonly Word[]): number {
  const words = heard.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
  const lengthMs = merged(words).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return lengthMs - msOutside(words, gaps);
}

function stretchesOf(gaps: readonly Gap[]): Stretch[] {
  return gaps.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
}

/**
 * Milliseconds of `unanswered` gaps that are not true: where something was answered, and all of a
 * gap under which no symbol is missing. (A symbol that is missing counts as lost, also there.)
 */
function msAnswered(
  gaps: readonly Stretch[],
  lostAt: readonly Stretch[],
  heard: readonly Word[],
): number {
  const answered = heard.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
  return merged(gaps).reduce((sum, gap) => {
    const lengthMs = gap.toMs - gap.fromMs;
    const isTrue = lostAt.some((lost) => overlaps(lost, gap));
    return sum + (isTrue ? lengthMs - msOutside([gap], answered) : lengthMs);
  }, 0);
}

/** Promises beside words, gaps and events, each in one sentence. */
function brokenRules(plan: CallPlan, records: readonly CallRecord[]): string[] {
  const broken: string[] = [];
  if (records.some(({ seq }, at) => seq !== at + 1)) broken.push('the log has a hole');
  const last = records.at(-1)?.fact;
  if (last === undefined || !isTerminal(last.type)) broken.push('the call did not end');
  const terminals = records.filter(({ fact }) => isTerminal(fact.type)).length;
  if (terminals > 1) broken.push('the call ended more than once');
  if (last?.type === 'failed' && !mayFail(plan, last.code)) {
    broken.push(`the call failed: ${last.code}`);
  }
  for (const { channel } of plan.channels) {
    const starts = records.flatMap(({ fact }) =>
      fact.type === 'segment' && fact.channel === channel ? [fact.startMs] : [],
    );
    if (starts.some((startMs, at) => at > 0 && startMs < (starts[at - 1] as number))) {
      broken.push(`${channel}: segments do not rise in time`);
    }
  }
  if (last?.type === 'completed' && plan.deletedAtMs === undefined) {
    const offMs = Math.abs(last.endMs - playedTo(plan));
    if (offMs > plan.fragmentMs) broken.push(`the call's end is off by ${offMs} ms`);
  }
  return broken;
}

/** Of a deleted stream a worker that takes over finds nothing more. */
function mayFail(plan: CallPlan, code: string): boolean {
  return plan.deletedAtMs !== undefined && code === 'stream-not-found';
}
