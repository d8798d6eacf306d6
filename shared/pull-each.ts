import type { Ticker } from './clock';

export interface PullEachOptions<T> {
  readonly ticker: Ticker;
  /** Works on an item; the next one is pulled when that is done, at once when it is undefined. */
  take(item: T): Promise<void> | undefined;
  /** Called at each tick that comes while an item is waited for. */
  onTick(): void;
}

/**
 * Pulls an iterator to its end, one item at a time, from one that may owe an item for long.
 * Rejects with what the iterator, `take` or `onTick` throws; nothing is pulled after that, and an
 * item that was owed is left alone. The iterator is its owner's to close.
 *
 * No async function: a call's audio passes here, and a pull costs one promise of ours.
 */
export function pullEach<T>(
  items: AsyncIterator<T>,
  { ticker, take, onTick }: PullEachOptions<T>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let isOwed = false;
    const end = (): void => {
      isOver = true;
      stop();
    };
    const fail = (reason: unknown): void => {
      end();
      reject(reason as Error);
    };
    const pull = (): void => {
      if (isOver) return;
      isOwed = true;
      try {
        items.next().then(came, fail);
      } catch (reason) {
        fail(reason);
      }
    };
    const came = (result: IteratorResult<T>): void => {
      isOwed = false;
      if (isOver) return;
      if (result.done === true) {
        end();
        return resolve();
      }
      let taken: Promise<void> | undefined;
      try {
        taken = take(result.value);
      } catch (reason) {
        return fail(reason);
      }
      if (taken === undefined) pull();
      else taken.then(pull, fail);
    };
    const stop = ticker.listen(() => {
      if (!isOwed) return;
      try {
        onTick();
      } catch (reason) {
        fail(reason);
      }
    });
    pull();
  });
}
