import type { StartPosition } from '../kvs/start-position';
import type { ConsumedFragments } from './checkpoint';
import { compareFragmentNumbers, type FragmentMetadata } from './fragment';

/** A start by time begins so much earlier (KVS's longest fragment); what is too early is dropped. */
const START_MARGIN_MS = 10_000;

/** The first fragment wanted, as far as it is known. */
export interface ReaderStart {
  readonly fragmentNumber?: string;
  readonly timeMs?: number;
  /** A call goes on: its first fragment was read before. */
  readonly isResumed?: boolean;
  /** The fragment consumed before it, null when there is none. Only of a resumed call. */
  readonly previousFragmentNumber?: string | null;
}

/** How the first fragment is looked for; `settled`: no more. */
type Search = 'by-time' | 'by-number' | 'by-seen-time' | 'settled';

/**
 * Where a connection to a stream begins: so that the first fragment wanted is not skipped
 * whichever way AWS reads "after", and that nothing consumed is asked for again.
 */
export class ReadPlace {
  #search: Search = 'settled';
  #seenTimeMs: number | undefined;
  /** The stream does not hold this fragment any more: what follows it is looked for by time. */
  #gone: string | undefined;

  constructor(
    private readonly start: ReaderStart,
    private readonly consumed: ConsumedFragments,
    /** Whether a tag tells other calls' fragments apart, so that a start may be too early. */
    private readonly isGuarded: boolean,
  ) {
    if (start.fragmentNumber === undefined || consumed.lastFragmentNumber !== undefined) return;
    this.#search = start.timeMs === undefined ? 'by-number' : 'by-time';
  }

  get position(): StartPosition {
    const last = this.consumed.lastFragmentNumber;
    if (last !== undefined && last !== this.#gone) return { type: 'after', fragmentNumber: last };
    const { fragmentNumber, timeMs } = this.start;
    if (last === undefined && this.#search === 'by-number' && fragmentNumber !== undefined) {
      return { type: 'after', fragmentNumber };
    }
    const knownMs = this.consumed.lastTimestampMs ?? this.#seenTimeMs ?? timeMs;
    if (knownMs === undefined) return { type: 'earliest' };
    const mayBeEarly = fragmentNumber !== undefined || this.isGuarded;
    return { type: 'producer-time', epochMs: knownMs - (mayBeEarly ? START_MARGIN_MS : 0) };
  }

  /** A fragment begins. False: the first one wanted may lie before it, so another connection. */
  begins({ fragmentNumber, producerTimestampMs }: FragmentMetadata): boolean {
    const { fragmentNumber: first } = this.start;
    if (this.#search === 'settled' || first === undefined) return true;
    if (compareFragmentNumbers(fragmentNumber, first) <= 0) this.#search = 'settled';
    else if (this.#search === 'by-time') this.#search = 'by-number';
    else if (this.#search === 'by-number') {
      this.#search = 'by-seen-time';
      this.#seenTimeMs = producerTimestampMs;
    } else this.#search = 'settled';
    return this.#search === 'settled';
  }

  /** Whether the first fragment may still turn up earlier than where this connection began. */
  get isSearching(): boolean {
    return this.#search !== 'settled';
  }

  /** Nothing comes from here: the first fragment may be the stream's only one. */
  lookBack(): void {
    this.#search = this.#search === 'by-time' ? 'by-number' : 'settled';
  }

  /**
   * The fragment to begin after is not in the stream. False when there is no other way to ask.
   */
  notFound(): boolean {
    const last = this.consumed.lastFragmentNumber;
    if (last === undefined ? this.#search !== 'by-number' : last === this.#gone) return false;
    this.#gone = last;
    this.#search = 'settled';
    return true;
  }
}
