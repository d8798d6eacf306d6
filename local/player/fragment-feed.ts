import type { SourceFragment } from './call-source';

/**
 * Fragments that a broken connection may want again. The service acknowledges a fragment when the
 * next one begins, so it is one or two in practice; of more the oldest is given up.
 */
const MAX_KEPT_FRAGMENTS = 64;

/** A source's fragments, kept until they are received, so that a new connection can repeat them. */
export class FragmentFeed {
  readonly #iterator: AsyncIterator<SourceFragment>;
  #kept: SourceFragment[] = [];
  /** How many were given up or received: the index of the first that is kept. */
  #passed = 0;
  #pull: Promise<boolean> | undefined;

  constructor(source: AsyncIterable<SourceFragment>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** From the first fragment that was not received; may be abandoned and called again. */
  async *remaining(): AsyncGenerator<SourceFragment> {
    for (let index = this.#passed; ; index += 1) {
      while (index >= this.#passed + this.#kept.length) {
        if (!(await this.#next())) return;
      }
      const fragment = this.#kept[index - this.#passed];
      if (fragment !== undefined) yield fragment;
    }
  }

  /** Fragments that begin at `timestampMs` or before will not be wanted again. */
  received(timestampMs: number): void {
    const index = this.#kept.findLastIndex((fragment) => fragment.timestampMs <= timestampMs);
    this.#forget(index + 1);
  }

  /** Reads one more; callers that overlap share the reading. False at the end. */
  #next(): Promise<boolean> {
    this.#pull ??= this.#iterator
      .next()
      .then((result) => {
        if (result.done === true) return false;
        this.#kept.push(result.value);
        if (this.#kept.length > MAX_KEPT_FRAGMENTS) this.#forget(1);
        return true;
      })
      .finally(() => {
        this.#pull = undefined;
      });
    return this.#pull;
  }

  #forget(count: number): void {
    this.#kept = this.#kept.slice(count);
    this.#passed += count;
  }
}
