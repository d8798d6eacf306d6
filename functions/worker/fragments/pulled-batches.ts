import type { Ticker } from '../../../shared/clock';
import type { ReaderBatch, ReaderEvent } from './reader-batch';

const NOTHING: readonly ReaderEvent[] = [];

/** Told once what a step has come to. */
export interface StepListener {
  stepped(events: readonly ReaderEvent[]): void;
  /** There is no next step. */
  failed(reason: unknown): void;
}

/** A reader that goes one step at a time, and only when asked to. */
export interface SteppingReader {
  /** Set when no step follows. */
  readonly isOver: boolean;
  /** Does the next thing; its listener is told, at once or later. */
  step(): void;
  /** A tick came while something was pulled. */
  lookAround(): void;
  batch(events: readonly ReaderEvent[]): ReaderBatch;
  /** Lets go of everything, for now. */
  hangUp(): void;
  /** The same, for good. */
  close(): void;
}

/** One pull at a time. */
export interface ReaderBatches extends AsyncIterableIterator<ReaderBatch> {
  /** Closes the reader at once; a pull under way ends too. */
  return(): Promise<IteratorResult<ReaderBatch>>;
}

export interface PulledBatchesOptions {
  readonly ticker: Ticker;
  readonly signal: AbortSignal;
  /** Called at the first pull. */
  begin(listener: StepListener): SteppingReader;
}

/**
 * A reader's steps as they are pulled: a pull is answered straight out of the step that it waits
 * for, or by a tick if no step was done since the tick before. It is no async generator because of
 * that: one would add half a dozen promises to each read. Holds what one step brought while nobody
 * pulled.
 */
export class PulledBatches implements ReaderBatches, StepListener {
  #reader: SteppingReader | undefined;
  #isOver = false;
  #isStepping = false;
  /** Since the last tick; a reader that goes on by itself has told where it stands. */
  #hasStepped = false;
  /** What the last step brought, while nobody has pulled it. */
  #brought: readonly ReaderEvent[] | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #resolve: ((result: IteratorResult<ReaderBatch>) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #stopTicks: () => void = () => undefined;

  constructor(private readonly options: PulledBatchesOptions) {}

  next(): Promise<IteratorResult<ReaderBatch>> {
    return new Promise(this.#pull);
  }

  return(): Promise<IteratorResult<ReaderBatch>> {
    const resolve = this.#resolve;
    this.#close();
    resolve?.({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  stepped(events: readonly ReaderEvent[]): void {
    this.#isStepping = false;
    this.#hasStepped = true;
    if (this.#isOver) return;
    if (this.#resolve === undefined) this.#brought = events;
    else this.#answer(events);
  }

  failed(reason: unknown): void {
    this.#isStepping = false;
    if (this.#isOver) return;
    if (this.#reject === undefined) this.#failure = { reason };
    else this.#fail(reason);
  }

  readonly #pull = (
    resolve: (result: IteratorResult<ReaderBatch>) => void,
    reject: (reason: unknown) => void,
  ): void => {
    this.#resolve = resolve;
    this.#reject = reject;
    if (this.#brought !== undefined) return this.#answer(this.#brought);
    if (this.#failure !== undefined) return this.#fail(this.#failure.reason);
    if (this.#isStepping) return;
    if (this.#isOver || this.#reader?.isOver === true) {
      this.#close();
      return resolve({ done: true, value: undefined });
    }
    this.#isStepping = true;
    this.#reader ??= this.#begin();
    this.#reader.step();
  };

  readonly #tick = (): void => {
    const hasStepped = this.#hasStepped;
    this.#hasStepped = false;
    if (this.#resolve === undefined) return;
    this.#reader?.lookAround();
    if (!hasStepped) this.#answer(NOTHING);
  };

  readonly #abort = (): void => this.#reader?.hangUp();

  #begin(): SteppingReader {
    const { ticker, signal, begin } = this.options;
    this.#stopTicks = ticker.listen(this.#tick);
    signal.addEventListener('abort', this.#abort, { once: true });
    return begin(this);
  }

  #answer(events: readonly ReaderEvent[]): void {
    const reader = this.#reader;
    const resolve = this.#resolve;
    this.#brought = this.#resolve = this.#reject = undefined;
    if (reader !== undefined) resolve?.({ done: false, value: reader.batch(events) });
  }

  #fail(reason: unknown): void {
    const reject = this.#reject;
    this.#close();
    reject?.(reason);
  }

  #close(): void {
    this.#isOver = true;
    this.#brought = this.#failure = this.#resolve = this.#reject = undefined;
    this.options.signal.removeEventListener('abort', this.#abort);
    this.#stopTicks();
    this.#reader?.close();
  }
}
