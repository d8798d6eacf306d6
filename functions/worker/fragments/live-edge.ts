import type { ReaderStatus } from './reader-batch';

/** Behind the stream's newest fragment by less than this counts as the live edge. */
const EDGE_MS = 1_500;
/** A new connection that brings nothing for so long has nothing to bring. */
const SILENT_MS = 2_000;
/** Inside a fragment, or with more known to be there, silence is slowness for as long as this. */
const SILENT_INSIDE_MS = 10_000;
/**
 * What waits in a connection that nobody has read for so long is as old, and so is what it says of
 * the stream's newest fragment. TCP, too, may take as long again until it goes on sending.
 */
const STALE_MS = 5_000;
/** Counted at most from one look to the next, two ticks: more is a process that stood still. */
const MAX_LOOK_MS = 1_000;

/**
 * Whether everything that a stream holds has been delivered: only then does absence of audio
 * mean that there is none. Silence is time spent waiting: neither a consumer that does not pull
 * nor a process that was stopped makes a stream silent. Times are monotonic milliseconds.
 */
export class LiveEdge {
  #silentMs = 0;
  #idleMs = 0;
  #countedToMs: number;
  #state: 'resting' | 'proved' | 'opening' | 'open' = 'resting';
  #behindMs: number | undefined;
  #isInside = false;
  #isStale = false;

  constructor(nowMs: number) {
    this.#countedToMs = nowMs;
  }

  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  /** The connection was left alone for so long that only a new one tells what there is. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Since the last bytes, or since the connection began to be made. */
  get silentMs(): number {
    return this.#silentMs;
  }

  /** Since the last audio. */
  get idleMs(): number {
    return this.#idleMs;
  }

  /** By the word of this connection's last fragment; true as long as it has brought none. */
  get isBehind(): boolean {
    return (this.#behindMs ?? Infinity) > EDGE_MS;
  }

  get status(): ReaderStatus {
    if (this.#isStale) return 'connecting';
    if (this.#state === 'proved') return 'live';
    if (this.#state !== 'open') return 'connecting';
    const knowsMore = this.#isInside || (this.#behindMs ?? 0) > EDGE_MS;
    if (this.#silentMs >= (knowsMore ? SILENT_INSIDE_MS : SILENT_MS)) return 'live';
    return this.#behindMs !== undefined && !knowsMore ? 'live' : 'behind';
  }

  /** Something is waited for from now on. */
  waits(nowMs: number): void {
    this.#lookedAt(nowMs);
  }

  /** It was waited for until now. */
  waited(nowMs: number): void {
    const ms = Math.min(nowMs - this.#countedToMs, MAX_LOOK_MS);
    this.#lookedAt(nowMs);
    this.#silentMs += ms;
    this.#idleMs += ms;
  }

  opening(): void {
    this.#state = 'opening';
    this.#silentMs = 0;
  }

  /** A new connection: what was known of the last one proves nothing any more. */
  opened(): void {
    this.#state = 'open';
    this.#silentMs = 0;
    this.#behindMs = undefined;
    this.#isInside = false;
    this.#isStale = false;
  }

  bytes(): void {
    this.#silentMs = 0;
  }

  audio(): void {
    this.#idleMs = 0;
  }

  fragmentStarts(): void {
    this.#isInside = true;
  }

  fragmentEnds(millisBehindNow: number): void {
    this.#isInside = false;
    this.#behindMs = millisBehindNow;
  }

  closed(): void {
    this.#state = 'resting';
  }

  /** A whole connection, ended in order, brought nothing: there is nothing. */
  proved(): void {
    this.#state = 'proved';
    this.#isStale = false;
  }

  #lookedAt(nowMs: number): void {
    if (nowMs - this.#countedToMs >= STALE_MS) this.#isStale = true;
    this.#countedToMs = nowMs;
  }
}
