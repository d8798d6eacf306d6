/**
 * What may be read in one turn, almost a second of two channels at 8 kHz: turns come twice in a
 * second at the least, and who is behind has to read faster than is spoken.
 */
const TURN_BYTES = 32_768;

/** A reader's turns: what is behind the live edge gives way to what is live. */
export class Turns {
  #leftBytes = 0;
  #isWaiting = false;

  constructor(
    /** Resolves when it is this reader's turn; undefined: at once. */
    private readonly ask: () => Promise<void> | undefined,
  ) {}

  /** Others go first; what comes meanwhile waits with its sender. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Undefined when may be read on at once; else it is waited until `begins`. */
  next(isBehind: boolean): Promise<void> | undefined {
    if (!isBehind || this.#leftBytes > 0) return undefined;
    this.#leftBytes = TURN_BYTES;
    const turn = this.ask();
    this.#isWaiting = turn !== undefined;
    return turn;
  }

  begins(): void {
    this.#isWaiting = false;
  }

  read(bytes: number): void {
    this.#leftBytes -= bytes;
  }
}
