import { jsonLine } from '../output/terminal';
import type { SegmentEntry, TranscriptEntry } from './entry';

/**
 * One object a line. A segment has no `type`, so that its lines look the same whether or not
 * others are printed between them; a gap has `"type":"gap"`.
 */
export function formatJson(entry: TranscriptEntry): string {
  return entry.type === 'segment' ? segmentLine(entry) : gapLine(entry);
}

function segmentLine(entry: SegmentEntry): string {
  const {
    type: _type,
    callId,
    seq,
    channel,
    startMs,
    endMs,
    startTime,
    text,
    words,
    ...rest
  } = entry;
  return jsonLine({
    callId,
    seq,
    channel,
    startMs,
    endMs,
    startTime,
    text,
    words: words.map(({ text: spoken, startMs: fromMs, endMs: toMs, confidence, ...more }) => ({
      text: spoken,
      startMs: fromMs,
      endMs: toMs,
      confidence,
      ...more,
    })),
    ...rest,
  });
}

function gapLine(entry: Exclude<TranscriptEntry, SegmentEntry>): string {
  const { type, callId, seq, channel, startMs, endMs, startTime, reason } = entry;
  return jsonLine({ type, callId, seq, channel, startMs, endMs, startTime, reason });
}
