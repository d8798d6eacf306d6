import type { GapEntry, SegmentEntry } from '../../local/cli/format/entry';

/** A segment of two words; `changes` replaces what a test is about. */
export function segmentEntry(changes: Partial<SegmentEntry> = {}): SegmentEntry {
  return {
    type: 'segment',
    callId: 'call-1',
    seq: 4,
    channel: 'caller',
    startMs: 1000,
    endMs: 2000,
    startTime: '2026-01-31T10:00:01.000Z',
    text: 'good morning',
    words: [
      { text: 'good', startMs: 1000, endMs: 1400, confidence: 0.9 },
      { text: 'morning', startMs: 1500, endMs: 2000 },
    ],
    resultId: 'r-1',
    sessionOrdinal: 1,
    languageCode: 'en-US',
    ...changes,
  };
}

export function gapEntry(changes: Partial<GapEntry> = {}): GapEntry {
  return {
    type: 'gap',
    callId: 'call-1',
    seq: 5,
    channel: 'agent',
    startMs: 1500,
    endMs: 3600,
    startTime: '2026-01-31T10:00:01.500Z',
    reason: 'hole',
    ...changes,
  };
}
