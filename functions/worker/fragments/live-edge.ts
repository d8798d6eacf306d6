import type { ReaderStatus } from './reader-batch';

/** Behind the stream's newest fragment by less than this counts as the live edge. */
const EDGE_MS = 1_500;
/** A new connection that brings nothing for so long has nothing to bring. */
const SILENT_MS = 2_000;
/** Inside a fragment, or with more known to be there, silence is slowness for as long as this. */
const SILENT_INSIDE_MS = 10_000;

/**
 * Whether everything that a stream holds has been delivered: only then does absence of audio
 * mean that there is none. Times are monotonic milliseconds.
 */
export class LiveEdge {
  lastBytesMs: number;
  lastAudioMs: number;
  #state: 'resting' | 'proved' | 'opening' | 'open' = 'resting';
  #behindMs: number | undefined;
  #isInside = false;

  constructor(nowMs: number) {
    this.lastBytesMs = this.lastAudioMs = nowMs;
  }

  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  status(nowMs: number): ReaderStatus {
    if (this.#state === 'proved') return 'live';
    if (this.#state !== 'open') return 'connecting';
    const silentMs = nowMs - this.lastBytesMs;
    const knowsMore = this.#isInside || (this.#behindMs ?? 0) > EDGE_MS;
    if (silentMs >= (knowsMore ? SILENT_INSIDE_MS : SILENT_MS)) return 'live';
    return this.#behindMs !== undefined && !knowsMore ? 'live' : 'behind';
  }

  opening(nowMs: number): void {
    this.#state = 'opening';
    this.lastBytesMs = nowMs;
  }

  /** A new connection: what was known of the last one proves nothing any more. */
  opened(nowMs: number): void {
    this.#state = 'open';
    this.lastBytesMs = nowMs;
    this.#behindMs = undefined;
    this.#isInside = false;
  }

  bytes(nowMs: number): void {
    this.lastBytesMs = nowMs;
  }

  audio(nowMs: number): void {
    this.lastAudioMs = nowMs;
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
  }
}
