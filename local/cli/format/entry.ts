import { CHANNELS, type Channel } from '../../../shared/call';
import type { Gap, TranscriptSegment } from '../../../shared/events';

export interface SegmentEntry extends TranscriptSegment {
  readonly type: 'segment';
  readonly callId: string;
  readonly seq: number;
}
export interface GapEntry extends Gap {
  readonly type: 'gap';
  readonly callId: string;
  readonly seq: number;
}
/** What a transcript is made of. */
export type TranscriptEntry = SegmentEntry | GapEntry;

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  caller: 'Caller',
  agent: 'Agent',
};

/** Timeline order: by start, the caller first, then as logged. Sorts in place and returns it. */
export function sortByTimeline<T extends TranscriptEntry>(entries: T[]): T[] {
  return entries.sort(
    (a, b) =>
      a.startMs - b.startMs ||
      CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel) ||
      a.seq - b.seq,
  );
}
