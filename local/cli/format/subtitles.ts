import { printable } from '../output/terminal';
import { CHANNEL_NAMES, type TranscriptEntry } from './entry';
import { formatCueTime } from './position';
import { gapText } from './text';

/** What every WebVTT file begins with. */
export const VTT_HEADER = 'WEBVTT\n\n';

/** One WebVTT cue with a voice tag; entries must come in timeline order. */
export function formatVtt(entry: TranscriptEntry): string {
  const text = plainText(entry).replace(/[&<>]/g, (character) => HTML_ESCAPES[character] ?? '');
  return `${times(entry, '.')}\n<v ${CHANNEL_NAMES[entry.channel]}>${text}</v>\n\n`;
}

/** One SubRip cue; `number` counts from 1. */
export function formatSrt(entry: TranscriptEntry, number: number): string {
  // SubRip cannot escape: an arrow in the text would read as a time line.
  const text = plainText(entry).replaceAll('-->', '->');
  return `${number}\n${times(entry, ',')}\n${CHANNEL_NAMES[entry.channel]}: ${text}\n\n`;
}

const HTML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function plainText(entry: TranscriptEntry): string {
  return entry.type === 'segment' ? printable(entry.text).trim() : gapText(entry);
}

function times(entry: TranscriptEntry, separator: '.' | ','): string {
  // A cue must end after it starts.
  const endMs = Math.max(entry.endMs, entry.startMs + 1);
  return `${formatCueTime(entry.startMs, separator)} --> ${formatCueTime(endMs, separator)}`;
}
