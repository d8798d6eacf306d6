/** What need not be waited for costs no promise of its own: everything of a call passes here. */
const AT_ONCE = Promise.resolve();

/**
 * A queue between writers and one reader. `push` never blocks: a writer awaits `drained` first to
 * keep its bound, which several writers can exceed by one item each. `close` ends the reader after
 * what is queued, `fail` likewise with an error.
 *
 * What is pushed quietly waits in its place until `push` or `nudge` tells the reader.
 */
export class Mailbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  /** Something is there that the reader is told of. */
  #isDue = false;
  /** Tell the reader that waits: that something is there, or the item itself. */
  #ready: ((isReady: boolean) => void) | undefined;
  #taken: ((result: IteratorResult<T, undefined>) => void) | undefined;
  #failed: ((reason: unknown) => void) | undefined;
  #waitingWriters: (() => void)[] = [];
  #end: { reason?: unknown } | undefined;

  get size(): number {
    return this.#items.length;
  }

  get closed(): boolean {
    return this.#end !== undefined;
  }

  /** Does nothing once the mailbox is closed. */
  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#isDue = true;
    this.#wakeReader();
  }

  /** A reader that waits goes on waiting. Does nothing once the mailbox is closed. */
  pushQuietly(item: T): void {
    if (this.#end === undefined) this.#items.push(item);
  }

  /** Tells the reader of what was pushed quietly, if anything was. */
  nudge(): void {
    if (this.#items.length === 0 || this.#isDue) return;
    this.#isDue = true;
    this.#wakeReader();
  }

  close(): void {
    this.#finish({});
  }

  fail(reason: unknown): void {
    this.#finish({ reason });
  }

  /** Resolves when fewer than `bound` items wait, or when the mailbox is closed. */
  drained(bound: number): Promise<void> {
    return this.#isFull(bound) ? this.#room(bound) : AT_ONCE;
  }

  /** What is queued now, without waiting. */
  takeNow(): T | undefined {
    const item = this.#items.shift();
    if (this.#items.length === 0) this.#isDue = false;
    this.#wakeWriters();
    return item;
  }

  /** True as soon as something is due, false when that is the end; rejects with `fail`'s. */
  ready(): Promise<boolean> {
    return new Promise(this.#awaitItems);
  }

  take(): Promise<IteratorResult<T, undefined>> {
    return new Promise(this.#awaitItem);
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.take() };
  }

  #isFull(bound: number): boolean {
    return this.#items.length >= bound && this.#end === undefined;
  }

  async #room(bound: number): Promise<void> {
    while (this.#isFull(bound)) {
      await new Promise<void>((resolve) => this.#waitingWriters.push(resolve));
    }
  }

  /** No async function: a reader waits most of the time, and each call has several. */
  readonly #awaitItems = (
    resolve: (isReady: boolean) => void,
    reject: (reason: unknown) => void,
  ): void => {
    this.#ready = resolve;
    this.#failed = reject;
    if (this.#isDue || this.#end !== undefined) this.#wakeReader();
  };

  readonly #awaitItem = (
    resolve: (result: IteratorResult<T, undefined>) => void,
    reject: (reason: unknown) => void,
  ): void => {
    this.#taken = resolve;
    this.#failed = reject;
    if (this.#items.length > 0 || this.#end !== undefined) this.#wakeReader();
  };

  #wakeReader(): void {
    const ready = this.#ready;
    const taken = this.#taken;
    const failed = this.#failed;
    this.#ready = this.#taken = this.#failed = undefined;
    if (this.#items.length > 0) {
      ready?.(true);
      if (taken !== undefined) taken({ done: false, value: this.takeNow() as T });
    } else if (this.#end !== undefined && 'reason' in this.#end) {
      failed?.(this.#end.reason);
    } else {
      ready?.(false);
      taken?.({ done: true, value: undefined });
    }
  }

  #finish(end: { reason?: unknown }): void {
    this.#end ??= end;
    this.#wakeReader();
    this.#wakeWriters();
  }

  #wakeWriters(): void {
    if (this.#waitingWriters.length === 0) return;
    const waiting = this.#waitingWriters;
    this.#waitingWriters = [];
    for (const wake of waiting) wake();
  }
}
