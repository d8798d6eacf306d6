/** What need not be waited for costs no promise of its own: everything of a call passes here. */
const AT_ONCE = Promise.resolve();

/**
 * A queue between writers and one reader. `push` never blocks: a writer awaits `drained` first to
 * keep its bound, which several writers can exceed by one item each. `close` ends the reader after
 * what is queued, `fail` likewise with an error.
 */
export class Mailbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wakeReader: (() => void) | undefined;
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
    this.#wakeReader?.();
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
    this.#wakeWriters();
    return item;
  }

  /** True as soon as something is queued, false when that is the end; rejects with `fail`'s. */
  async ready(): Promise<boolean> {
    while (this.#items.length === 0) {
      if (this.#isOver()) return false;
      await this.#woken();
    }
    return true;
  }

  take(): Promise<IteratorResult<T, undefined>> {
    if (this.#items.length === 0) return this.#takeNext();
    return Promise.resolve({ done: false, value: this.takeNow() as T });
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

  async #takeNext(): Promise<IteratorResult<T, undefined>> {
    while (this.#items.length === 0) {
      if (this.#isOver()) return { done: true, value: undefined };
      await this.#woken();
    }
    return { done: false, value: this.takeNow() as T };
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wakeReader = resolve));
  }

  #isOver(): boolean {
    if (this.#end !== undefined && 'reason' in this.#end) throw this.#end.reason;
    return this.#end !== undefined;
  }

  #finish(end: { reason?: unknown }): void {
    this.#end ??= end;
    this.#wakeReader?.();
    this.#wakeWriters();
  }

  #wakeWriters(): void {
    if (this.#waitingWriters.length === 0) return;
    const waiting = this.#waitingWriters;
    this.#waitingWriters = [];
    for (const wake of waiting) wake();
  }
}
