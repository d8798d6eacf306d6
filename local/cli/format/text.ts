import type pc from 'picocolors';

import type { GapReason } from '../../../shared/events';
import { printable } from '../output/terminal';
import { CHANNEL_NAMES, type GapEntry, type TranscriptEntry } from './entry';
import { formatPosition } from './position';

type Colours = ReturnType<typeof pc.createColors>;

const GAP_REASON_TEXTS: Readonly<Record<GapReason, string>> = {
  hole: 'audio is missing from the stream',
  late: 'the audio came too late',
  malformed: 'the stream could not be read',
  'stream-error': 'the stream could not deliver',
  expired: 'the stream no longer holds the audio',
  absent: 'the audio never came',
  unanswered: 'the recogniser did not answer',
};

/** One line: position, who, and what was said, or in brackets what could not be heard. */
export function formatText(entry: TranscriptEntry, colours: Colours): string {
  const name = channelLabel(entry.channel, colours);
  const said = entry.type === 'segment' ? printable(entry.text) : colours.yellow(gapText(entry));
  return `${colours.dim(formatPosition(entry.startMs))}  ${name}  ${said}\n`;
}

/** The channel's name in its colour, padded so that what is said stands in one column. */
export function channelLabel(channel: TranscriptEntry['channel'], colours: Colours): string {
  const name = `${CHANNEL_NAMES[channel]}:`.padEnd(7);
  return channel === 'caller' ? colours.cyan(name) : colours.green(name);
}

export function gapText(gap: GapEntry): string {
  const seconds = ((gap.endMs - gap.startMs) / 1000).toFixed(1);
  return `[${seconds} s not heard: ${GAP_REASON_TEXTS[gap.reason]}]`;
}
