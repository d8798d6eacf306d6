import { printable } from '../output/terminal';
import type { CallEnd } from '../store/call-watch';
import { formatLength } from './position';

export interface CallSummary {
  readonly callId: string;
  readonly end: CallEnd;
  readonly segments: number;
  readonly gaps: number;
  /** Milliseconds of audio sent. */
  readonly playedMs: number;
  readonly streamArn: string;
}

/** What `call --json` prints. */
export function summaryObject(summary: CallSummary): Record<string, unknown> {
  const { callId, end, segments, gaps, playedMs, streamArn } = summary;
  const { type: status, ...how } = end;
  return { callId, status, ...how, segments, gaps, playedMs, streamArn };
}

/** What `call` prints: how the call ended, and where to read it. */
export function summaryText(summary: CallSummary): string {
  const { callId, end, segments, gaps, playedMs } = summary;
  const counts = [count(segments, 'segment'), ...(gaps > 0 ? [count(gaps, 'gap')] : [])];
  const outcome = `call ${callId} ${end.type}: ${formatLength(playedMs)} played, ${counts.join(', ')}\n`;
  const isWorthReading = segments + gaps > 0;
  return isWorthReading ? `${outcome}read it with: callscribe transcript ${callId}\n` : outcome;
}

/** The sentence for a failed call; the worker's message names no customer data. */
export function failureText(callId: string, end: Extract<CallEnd, { type: 'failed' }>): string {
  return `call ${callId} failed (${printable(end.code)}): ${printable(end.message)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
