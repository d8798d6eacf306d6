import type { CallscribeError } from '../../../shared/errors';
import { backoffMs } from '../../../shared/retry';

/** GetMedia allows 5 calls a second and stream; two readers and a retry fit in. */
const MIN_RECONNECT_MS = 250;
/** Between connections to a stream that has nothing to bring. */
const MAX_IDLE_RECONNECT_MS = 2_000;
/** A missing stream may be one that is not visible everywhere yet, a refused token a late one. */
const PATIENCE_ATTEMPTS = 4;
/** A call under way has more to lose. */
const PATIENCE_ATTEMPTS_UNDER_WAY = 12;
/**
 * One connection that brought nothing for so long proves that there is nothing, or several that
 * ended empty, the first and the last of them so far apart: KVS ends bodies for no reason, and may
 * do so a few times in a moment.
 */
const LASTING_MS = 2_000;
const EMPTY_ENDS_APART_MS = 5_000;

/** When a stream is connected to again, and when no more. Times are monotonic milliseconds. */
export class Reconnects {
  openedMs = -Infinity;
  /** Failures since the last fragment, refusals and empty connections: each in a row. */
  #failures = 0;
  #refusals = 0;
  #emptyEnds = 0;
  /** When the first of the empty ends in a row came, in time that was waited. */
  #emptySinceMs: number | undefined;

  /** How long to wait before the next connection. */
  restMs(nowMs: number, random?: () => number): number {
    const apartMs = Math.min(MIN_RECONNECT_MS * 2 ** this.#emptyEnds, MAX_IDLE_RECONNECT_MS);
    const failedMs = this.#failures > 0 ? backoffMs(this.#failures, random) : 0;
    return Math.max(0, failedMs, apartMs - (nowMs - this.openedMs));
  }

  opened(): void {
    this.#refusals = 0;
  }

  /** Audio came. */
  delivered(): void {
    this.#forgetEmptyEnds();
  }

  /** A fragment came to its end. */
  progressed(): void {
    this.#failures = 0;
  }

  /** The service reports an error in the body. */
  failed(): void {
    this.#failures += 1;
  }

  /** A connection broke or was refused. False: it is no use to try again. */
  broke(error: CallscribeError, isUnderWay: boolean): boolean {
    this.#failures += 1;
    this.#refusals += 1;
    // The time until the next one was none in which the stream could have brought anything.
    this.#forgetEmptyEnds();
    if (error.retryable) return true;
    const mayHeal = error.code === 'stream-not-found' || error.code === 'access-denied';
    return (
      mayHeal && this.#refusals < (isUnderWay ? PATIENCE_ATTEMPTS_UNDER_WAY : PATIENCE_ATTEMPTS)
    );
  }

  /**
   * A body ended in order and brought nothing, `lastedMs` after it was opened. True: so there is
   * nothing. Both times are counted by waiting: a process that stood still saw no stream.
   */
  endedEmpty(waitedMs: number, lastedMs: number): boolean {
    this.#emptyEnds += 1;
    this.#emptySinceMs ??= waitedMs;
    return lastedMs >= LASTING_MS || waitedMs - this.#emptySinceMs >= EMPTY_ENDS_APART_MS;
  }

  #forgetEmptyEnds(): void {
    this.#emptyEnds = 0;
    this.#emptySinceMs = undefined;
  }
}
