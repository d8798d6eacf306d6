import type { EventOf, TranscribeEvent } from '../../../functions/transcribe/events';
import { sortByTimeline, type TranscriptEntry } from '../format/entry';
import { formatJson } from '../format/json';
import { formatPosition } from '../format/position';
import { formatSrt, formatVtt, VTT_HEADER } from '../format/subtitles';
import { channelLabel, formatText } from '../format/text';
import { StatusLine } from '../output/status-line';
import { coloursFor, jsonLine, printable } from '../output/terminal';
import { writeOut } from '../output/write-out';
import type { TranscriptFormat } from '../commands/transcript';

export interface PrintOptions {
  readonly format: TranscriptFormat;
  readonly gaps: boolean;
  readonly partials: boolean;
  /** Names the transcript in JSON lines, as a call's id does. */
  readonly callId: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Prints a transcription: text and JSON line by line as results come, subtitles at the end, since
 * their cues must be in order. Partials and the position show on a terminal, below what is printed.
 */
export class EventPrinter {
  readonly #status = new StatusLine(process.stderr);
  readonly #colours: ReturnType<typeof coloursFor>;
  readonly #cues: TranscriptEntry[] = [];
  #seq = 0;

  constructor(private readonly options: PrintOptions) {
    this.#colours = coloursFor(process.stdout, options.env);
  }

  async print(event: TranscribeEvent): Promise<void> {
    switch (event.type) {
      case 'partial':
        return this.#partial(event);
      case 'final': {
        const { type: _type, ...segment } = event;
        return this.#entry({ type: 'segment', ...this.#place(), ...segment });
      }
      case 'gap':
        if (!this.options.gaps) return;
        return this.#entry({ ...this.#place(), ...event });
      case 'category':
        // It has no words: text and subtitles do without it.
        if (this.options.format !== 'json') return;
        return writeOut(jsonLine({ ...event, callId: this.options.callId }));
      default:
        return;
    }
  }

  /** Says something on the terminal that is not part of the transcript. */
  note(sentence: string): void {
    this.#status.clear();
    process.stderr.write(`${sentence}\n`);
  }

  /** Prints what waits for the end. */
  async finish(): Promise<void> {
    this.#status.clear();
    const { format } = this.options;
    if (format === 'vtt') await writeOut(VTT_HEADER);
    for (const [index, cue] of sortByTimeline(this.#cues).entries()) {
      await writeOut(format === 'vtt' ? formatVtt(cue) : formatSrt(cue, index + 1));
    }
    this.#cues.length = 0;
  }

  #place(): { callId: string; seq: number } {
    return { callId: this.options.callId, seq: (this.#seq += 1) };
  }

  async #entry(entry: TranscriptEntry): Promise<void> {
    const { format } = this.options;
    if (format === 'vtt' || format === 'srt') {
      this.#cues.push(entry);
      return;
    }
    this.#status.clear();
    await writeOut(format === 'text' ? formatText(entry, this.#colours) : formatJson(entry));
  }

  async #partial(event: EventOf<'partial'>): Promise<void> {
    if (this.options.partials) {
      await writeOut(jsonLine({ callId: this.options.callId, ...event }));
      return;
    }
    const label = channelLabel(event.channel, coloursFor({}, {})).trim();
    this.#status.show(`${formatPosition(event.endMs)} ${label} ${printable(event.text)}`);
  }
}
