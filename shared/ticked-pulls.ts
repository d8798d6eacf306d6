import type { Ticker } from './clock';

/**
 * Pulls from an iterator that may owe an item for long: each tick that comes meanwhile calls
 * `onTick`, and what that throws fails the pull. One pull at a time, none after one that failed.
 */
export class TickedPulls<T> {
  readonly #stop: () => void;
  #resolve: ((result: IteratorResult<T>) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  constructor(
    private readonly items: AsyncIterator<T>,
    ticker: Ticker,
    private readonly onTick: () => void,
  ) {
    this.#stop = ticker.listen(this.#tick);
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise(this.#pull);
  }

  /** Ends the ticks; the iterator is its owner's to close. */
  close(): void {
    this.#stop();
  }

  readonly #pull = (
    resolve: (result: IteratorResult<T>) => void,
    reject: (reason: unknown) => void,
  ): void => {
    this.#resolve = resolve;
    this.#reject = reject;
    this.items.next().then(this.#came, this.#fail);
  };

  readonly #came = (result: IteratorResult<T>): void => {
    const resolve = this.#resolve;
    this.#resolve = this.#reject = undefined;
    resolve?.(result);
  };

  readonly #fail = (reason: unknown): void => {
    const reject = this.#reject;
    this.#resolve = this.#reject = undefined;
    reject?.(reason);
  };

  readonly #tick = (): void => {
    if (this.#resolve === undefined) return;
    try {
      this.onTick();
    } catch (reason) {
      this.#fail(reason);
    }
  };
}
