/** What has come and is to be handed on. */
interface Due {
  deliver(): void;
}

/**
 * Has what all sockets bring in one look at them read first and worked on after it. Work between
 * two reads would keep the answers of the log and the bus waiting behind a chunk of every call that
 * came before them: at 1000 calls that was the larger part of what a record took at worst.
 *
 * Holds each body at most once.
 */
export class AfterReads {
  #due: Due[] = [];

  constructor(
    /** Runs something once the sockets have been looked at. */
    private readonly schedule: (run: () => void) => void = (run) => void setImmediate(run),
  ) {}

  add(due: Due): void {
    if (this.#due.push(due) === 1) this.schedule(this.#deliver);
  }

  readonly #deliver = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const each of due) each.deliver();
  };
}
