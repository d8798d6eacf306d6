import { Mailbox } from '../../../shared/mailbox';
import type { AudioChunk } from '../audio/chunk-grid';
import type { TranscribeItem } from './transcribe-item';

/** Items that wait to be written down; beyond it everything upstream waits. */
const OUTPUT_BOUND = 64;
/**
 * What only moves marks and resume points, three items a chunk, wakes the reader when more wait,
 * or at a tick when no more of it comes. To wake it for each would cost a twentieth of all that is
 * done with a chunk; to wake it at each tick, with those of all calls, would hold the loop up.
 */
const QUIET_BOUND = 10;
const QUIET: ReadonlySet<Emitted['type']> = new Set(['chunk', 'sent', 'resume-point', 'evicted']);

type Emitted =
  | TranscribeItem
  | { readonly type: 'barrier'; readonly reached: () => void }
  | { readonly type: 'evicted'; readonly chunk: AudioChunk };

/** What a chain has to say, in order, from many writers to one reader. */
export class ChainOutput {
  readonly #items = new Mailbox<Emitted>();
  /** Since the last tick. */
  #isPushed = false;
  /** Resolve what waits for a barrier when there will be no reader any more. */
  readonly #barriers = new Set<() => void>();

  /**
   * What is queued, and what is queued while it is worked on: an item leaves the queue when it is
   * asked for. The same one each time.
   */
  readonly now: Iterable<TranscribeItem>;

  /** `giveBack`: told of each chunk that has left memory. */
  constructor(
    private readonly signal: AbortSignal,
    private readonly giveBack: (chunk: AudioChunk) => void = () => undefined,
  ) {
    const iterator = { next: () => this.#next() };
    this.now = { [Symbol.iterator]: () => iterator };
    const release = () => {
      for (const reached of this.#barriers) reached();
    };
    signal.addEventListener('abort', release, { once: true });
  }

  /** Waits while `OUTPUT_BOUND` items do; undefined when there was room. */
  emit(item: Emitted): Promise<void> | undefined {
    if (this.#items.size >= OUTPUT_BOUND) return this.#emitLater(item);
    this.#push(item);
    return undefined;
  }

  /** To be called at each tick: tells the reader of what waits for more that does not come. */
  tick(): void {
    if (!this.#isPushed) this.#items.nudge();
    this.#isPushed = false;
  }

  /** The chunk has left memory; behind the item that showed it, which may have had to wait. */
  evicted(chunk: AudioChunk): void {
    this.#push({ type: 'evicted', chunk });
  }

  /** Resolves when the reader has asked for the item after everything emitted so far. */
  async settled(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const reached = () => {
        this.#barriers.delete(reached);
        resolve();
      };
      this.#barriers.add(reached);
      void this.emit({ type: 'barrier', reached });
    });
  }

  async #emitLater(item: Emitted): Promise<void> {
    await this.#items.drained(OUTPUT_BOUND);
    this.#push(item);
  }

  #push(item: Emitted): void {
    this.#isPushed = true;
    const isQuiet = QUIET.has(item.type) && this.#items.size < QUIET_BOUND;
    if (isQuiet) this.#items.pushQuietly(item);
    else this.#items.push(item);
  }

  close(): void {
    this.#items.close();
  }

  fail(reason: unknown): void {
    this.#items.fail(reason);
  }

  /** True as soon as `now` is due, false when closed; throws what `fail` was told. */
  ready(): Promise<boolean> {
    return this.#items.ready();
  }

  #next(): IteratorResult<TranscribeItem, undefined> {
    for (let item = this.#items.takeNow(); item !== undefined; item = this.#items.takeNow()) {
      if (item.type === 'barrier') item.reached();
      else if (item.type === 'evicted') this.giveBack(item.chunk);
      else return { done: false, value: item };
    }
    return { done: true, value: undefined };
  }
}
