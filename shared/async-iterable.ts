const DONE = { done: true, value: undefined } as const;

/**
 * What `change` makes of each item, without a buffer: an item is pulled when one is asked for.
 * `change` must not throw. One promise an item, where a generator takes several.
 */
export function mapped<T, U>(items: AsyncIterable<T>, change: (item: T) => U): AsyncIterable<U> {
  return { [Symbol.asyncIterator]: () => new Mapped(items[Symbol.asyncIterator](), change) };
}

class Mapped<T, U> implements AsyncIterator<U, undefined> {
  readonly #change: (result: IteratorResult<T, unknown>) => IteratorResult<U, undefined>;

  constructor(
    private readonly items: AsyncIterator<T>,
    change: (item: T) => U,
  ) {
    this.#change = (result) =>
      result.done === true ? DONE : { done: false, value: change(result.value) };
  }

  next(): Promise<IteratorResult<U, undefined>> {
    return this.items.next().then(this.#change);
  }

  async return(): Promise<IteratorResult<U, undefined>> {
    await this.items.return?.();
    return DONE;
  }
}
