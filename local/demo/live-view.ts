import { CHANNELS, type Channel } from '../../shared/call';
import type { TranscriptEntry } from '../cli/format/entry';
import { formatPosition } from '../cli/format/position';
import { channelLabel, formatText } from '../cli/format/text';
import { coloursFor, printable } from '../cli/output/terminal';
import { writeOut } from '../cli/output/write-out';
import type { PartialItem } from '../cli/tail/tail-item';

/** For a terminal that does not tell its width. */
const DEFAULT_COLUMNS = 80;
/** Position, label and the blanks between them. */
const PREFIX_COLUMNS = 21;

/**
 * Shows a call as it is heard: what is final as lasting lines, and below them, on a terminal, one
 * line for each side that is speaking, rewritten as its partial result grows.
 */
export class LiveView {
  readonly #colours: ReturnType<typeof coloursFor>;
  readonly #partials = new Map<Channel, PartialItem>();
  #drawnLines = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#colours = coloursFor(stream, env);
  }

  async print(entry: TranscriptEntry): Promise<void> {
    if (entry.type === 'segment') this.#partials.delete(entry.channel);
    const text = formatText(entry, this.#colours);
    await writeOut(this.#erased() + text + this.#drawn(), this.stream);
  }

  /** A sentence about what is going on, which is no part of the transcript. */
  async note(sentence: string): Promise<void> {
    if (this.stream.isTTY !== true) process.stderr.write(`${sentence}\n`);
    else await writeOut(this.#erased() + `${sentence}\n` + this.#drawn(), this.stream);
  }

  /** As `note`, less conspicuous: the transcript goes on around it. */
  async aside(sentence: string): Promise<void> {
    await this.note(this.stream.isTTY === true ? this.#colours.dim(sentence) : sentence);
  }

  async showPartial(item: PartialItem): Promise<void> {
    if (this.stream.isTTY !== true) return;
    this.#partials.set(item.channel, item);
    await writeOut(this.#erased() + this.#drawn(), this.stream);
  }

  /** Takes the lines of partial results away. */
  async clear(): Promise<void> {
    this.#partials.clear();
    await writeOut(this.#erased(), this.stream);
  }

  #erased(): string {
    const lines = this.#drawnLines;
    this.#drawnLines = 0;
    return lines === 0 ? '' : `\u001b[${lines}A\r\u001b[J`;
  }

  #drawn(): string {
    const lines = CHANNELS.flatMap((channel) => {
      const item = this.#partials.get(channel);
      return item ? [this.#line(item)] : [];
    });
    this.#drawnLines = lines.length;
    return lines.join('');
  }

  #line({ channel, startMs, text }: PartialItem): string {
    const columns = (this.stream.columns || DEFAULT_COLUMNS) - PREFIX_COLUMNS - 1;
    const said = printable(text);
    const fitting = said.length > columns ? `…${said.slice(said.length - columns + 1)}` : said;
    const position = this.#colours.dim(formatPosition(startMs));
    const name = channelLabel(channel, this.#colours);
    return `${position}  ${name}  ${this.#colours.dim(fitting)}\n`;
  }
}
