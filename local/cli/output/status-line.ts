const CLEAR_LINE = '\r\u001b[K';
/** For a terminal that does not tell its width, or says 0 as some do. */
const DEFAULT_COLUMNS = 80;

type Terminal = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** One line at the bottom of a terminal that is rewritten in place; on anything else nothing. */
export class StatusLine {
  #shown = '';

  constructor(private readonly stream: Terminal) {}

  get isActive(): boolean {
    return this.stream.isTTY === true;
  }

  /** Shows text without control characters, its end when the terminal is too narrow for it all. */
  show(text: string): void {
    if (!this.isActive) return;
    const columns = (this.stream.columns || DEFAULT_COLUMNS) - 1;
    const fitting = text.length > columns ? `…${text.slice(text.length - columns + 1)}` : text;
    if (fitting === this.#shown) return;
    this.#shown = fitting;
    this.stream.write(CLEAR_LINE + fitting);
  }

  /** Takes the line away, so that something lasting can be printed in its place. */
  clear(): void {
    if (this.#shown === '') return;
    this.#shown = '';
    this.stream.write(CLEAR_LINE);
  }
}
