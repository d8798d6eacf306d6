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
  async drained(bound: number): Promise<void> {
    while (this.#items.length >= bound && this.#end === undefined) {
      await new Promise<void>((resolve) => this.#waitingWriters.push(resolve));
    }
  }

  /** What is queued now, without waiting. */
  takeNow(): T | undefined {
    const item = this.#items.shift();
    this.#wakeWriters();
    return item;
  }

  async take(): Promise<IteratorResult<T, undefined>> {
    while (this.#items.length === 0) {
      if (this.#end !== undefined) {
        if ('reason' in this.#end) throw this.#end.reason;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
    return { done: false, value: this.takeNow() as T };
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.take() };
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
