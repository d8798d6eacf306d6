import { formatJson } from '../format/json';
import { formatLength, formatPosition } from '../format/position';
import { channelLabel, formatText } from '../format/text';
import { StatusLine } from '../output/status-line';
import { coloursFor, jsonLine, printable } from '../output/terminal';
import { writeOut } from '../output/write-out';
import type { LoggedItem, PartialItem, TailItem } from './tail-item';

/** Partials of so many channels are shown next to each other, the latest ones. */
const SHOWN_PARTIALS = 2;

export interface PrintOptions {
  readonly isJson: boolean;
  /** Print partials as JSON lines too. */
  readonly withPartials: boolean;
  /** Say which call a line belongs to. */
  readonly withCallId: boolean;
  readonly stream: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Prints items as they come: what is final as lines, partials in place and only on a terminal. */
export class ItemPrinter {
  readonly #status: StatusLine;
  readonly #colours: ReturnType<typeof coloursFor>;
  /** Partials on show, by call and channel; at most SHOWN_PARTIALS. */
  readonly #partials = new Map<string, string>();

  constructor(private readonly options: PrintOptions) {
    this.#status = new StatusLine(options.stream);
    this.#colours = coloursFor(options.stream, options.env);
  }

  async print(item: TailItem): Promise<void> {
    const { isJson, withPartials, stream } = this.options;
    if (item.type === 'partial') {
      if (!isJson) this.#showPartial(item);
      else if (withPartials) await writeOut(jsonLine(item), stream);
      return;
    }
    if (item.type === 'segment') this.#partials.delete(keyOf(item));
    this.#status.clear();
    await writeOut(isJson ? itemJson(item) : this.#line(item), stream);
    this.#showStatus();
  }

  close(): void {
    this.#status.clear();
  }

  #line(item: LoggedItem): string {
    const { withCallId } = this.options;
    const prefix = withCallId ? `${this.#colours.dim(printable(item.callId))}  ` : '';
    if (item.type === 'segment' || item.type === 'gap') {
      return prefix + formatText(item, this.#colours);
    }
    return prefix + this.#colours.bold(milestone(item)) + '\n';
  }

  #showPartial(item: PartialItem): void {
    if (!this.#status.isActive) return;
    const key = keyOf(item);
    this.#partials.delete(key);
    const position = formatPosition(item.startMs);
    const label = channelLabel(item.channel, coloursFor({}, {})).trim();
    this.#partials.set(key, `${position} ${label} ${printable(item.text)}`);
    const [oldest] = this.#partials.keys();
    if (this.#partials.size > SHOWN_PARTIALS && oldest !== undefined) this.#partials.delete(oldest);
    this.#showStatus();
  }

  #showStatus(): void {
    if (this.#partials.size > 0) this.#status.show([...this.#partials.values()].join(' | '));
    else this.#status.clear();
  }
}

/** As `transcript --format json --gaps` prints it; what begins and ends a call bears its type. */
function itemJson(item: LoggedItem): string {
  if (item.type === 'segment' || item.type === 'gap') return formatJson(item);
  const { type, callId, seq, ...rest } = item;
  return jsonLine({ type, callId, seq, ...rest });
}

function milestone(item: Exclude<LoggedItem, { type: 'segment' | 'gap' }>): string {
  switch (item.type) {
    case 'category':
      return `category: ${printable(item.name)}`;
    case 'started':
      return `started: ${item.channels.join(' and ')}`;
    case 'completed':
      return `completed (${item.reason}): ${formatLength(item.endMs)}`;
    case 'failed':
      return `failed (${printable(item.code)}): ${printable(item.message)}`;
  }
}

function keyOf({ callId, channel }: { callId: string; channel: string }): string {
  return `${callId}#${channel}`;
}
