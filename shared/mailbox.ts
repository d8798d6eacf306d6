/**
 * A queue between a writer and one reader. `push` never blocks: the writer asks `size` or awaits
 * `drained` to keep its bound. `close` ends the reader after what is queued, `fail` likewise
 * with an error.
 */
export class Mailbox<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;
  #end: { reason?: unknown } | undefined;

  get size(): number {
    return this.#items.length;
  }

  get closed(): boolean {
    return this.#end !== undefined;
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#wakeReader?.();
  }

  close(): void {
    this.#end ??= {};
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  fail(reason: unknown): void {
    this.#end ??= { reason };
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** Resolves when fewer than `bound` items wait, or when the mailbox is closed. */
  async drained(bound: number): Promise<void> {
    while (this.#items.length >= bound && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    }
  }

  /** What is queued now, without waiting. */
  takeNow(): T | undefined {
    const item = this.#items.shift();
    this.#wakeWriter?.();
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
}
