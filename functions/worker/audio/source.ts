import type { Leg } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';
import type { ReaderBatch, ReaderStatus } from '../fragments/reader-batch';
import type { LegAudio } from './leg-audio';
import { FirstAudioFinder } from './origin';

/** One stream's reader and the legs that it carries. */
export interface SourceOptions {
  readonly batches: AsyncIterable<ReaderBatch>;
  readonly legs: readonly { readonly leg: Leg; readonly resume?: ResumePoint }[];
}

/** A stream being pulled: at most one batch is on its way or waits at any time. */
export class Source {
  readonly finder: FirstAudioFinder;
  legs: readonly LegAudio[] = [];
  status: ReaderStatus = 'connecting';
  idleMs = 0;
  ended: 'another-call' | 'stream-deleted' | undefined;
  /** A batch that was pulled and not processed yet; valid until the next pull. */
  batch: ReaderBatch | undefined;
  /** Samples of the longest fragment so far. */
  longestFragment = 0;
  #fragmentFrom: number | undefined;
  /** `idleMs` when the call's end became known, 0 once audio came after that. */
  #endKnownAtIdleMs: number | undefined;
  readonly #iterator: AsyncIterator<ReaderBatch>;
  #pulling: Promise<Source> | undefined;

  constructor(readonly options: SourceOptions) {
    this.#iterator = options.batches[Symbol.asyncIterator]();
    this.finder = new FirstAudioFinder(options.legs.map(({ leg }) => leg));
  }

  /** The position that its furthest leg has reached. */
  get lead(): number {
    let lead = 0;
    for (const leg of this.legs) lead = Math.max(lead, leg.filledTo);
    return lead;
  }

  /** At the live edge, and without audio for so long. */
  isIdle(ms: number): boolean {
    return this.status === 'live' && this.idleMs >= ms;
  }

  /** The same, counted from when the end of the call was known. */
  isIdleSinceEnd(ms: number): boolean {
    return this.status === 'live' && this.idleMs - (this.#endKnownAtIdleMs ?? this.idleMs) >= ms;
  }

  endIsKnown(): void {
    this.#endKnownAtIdleMs = Math.min(this.#endKnownAtIdleMs ?? Infinity, this.idleMs);
  }

  fragmentStarts(): void {
    this.#fragmentFrom = this.lead;
  }

  fragmentEnds(): void {
    const from = this.#fragmentFrom ?? this.lead;
    this.longestFragment = Math.max(this.longestFragment, this.lead - from);
    this.#fragmentFrom = undefined;
  }

  /**
   * Whether the stream has delivered everything up to the call's end time. Between a fragment's
   * first tags and its last, other tracks' blocks may follow.
   */
  get reachedEnd(): boolean {
    if (!this.legs.some((leg) => leg.reachedEnd)) return false;
    return this.#fragmentFrom === undefined || this.legs.every((leg) => leg.reachedEnd);
  }

  /** Resolves with this source once it has a batch or has ended. */
  pull(): Promise<Source> {
    this.#pulling ??= this.#iterator.next().then(this.#arrived);
    return this.#pulling;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  readonly #arrived = (result: IteratorResult<ReaderBatch>): Source => {
    this.#pulling = undefined;
    if (result.done === true) {
      this.ended ??= 'stream-deleted';
      return this;
    }
    this.batch = result.value;
    this.status = result.value.status;
    this.idleMs = result.value.idleMs;
    return this;
  };
}
