import type { Guard } from '../../../shared/call';
import type { Clock, Ticker } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { backoffMs } from '../../../shared/retry';
import type { StartPosition } from '../kvs/start-position';
import { assembleFragments } from './assembler';
import type { FragmentEvent } from './fragment';
import { FragmentFilter } from './fragment-filter';
import { FragmentGuard } from './guard';
import type { ReaderBatch, ReaderEvent, ReaderStatus } from './reader-batch';

/** Behind the stream's newest fragment by less than this counts as the live edge. */
const LIVE_EDGE_MS = 1_500;
/** An open connection that brings nothing for so long has nothing to bring. */
const SILENT_CONNECTION_MS = 2_000;
/** GetMedia allows 5 calls a second and stream; two readers and a retry fit in. */
const MIN_RECONNECT_MS = 250;
/** A start by time begins so much earlier; what is too early is dropped by number. */
const START_MARGIN_MS = 10_000;
/** A missing stream may be one that is not visible everywhere yet. */
const MISSING_STREAM_ATTEMPTS = 4;
/** In-band failures at one place before the reader looks behind it. */
const FAILURES_BEFORE_SKIP = 6;
const SKIP_STEP_MS = 2_000;

/** The first fragment wanted, as far as it is known. */
export interface ReaderStart {
  readonly fragmentNumber?: string;
  /** The fragment before it; known when a call is resumed. */
  readonly previousFragmentNumber?: string | null;
  readonly timeMs?: number;
}

export interface ReaderOptions {
  /** Opens one GetMedia response; throws CallscribeError. */
  open(position: StartPosition, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  readonly start: ReaderStart;
  readonly guard?: Guard;
  readonly callId: string;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly random?: () => number;
  readonly signal: AbortSignal;
  onTrouble?(reason: CallscribeError): void;
}

/**
 * Reads one stream for ever: fragments of this call, each byte once, over as many connections
 * as it takes. Yields a batch per network read and at least one per tick, so that the consumer
 * always knows where the reader stands. Ends after an `ended` event; throws what no retry heals.
 */
export function readFragments(options: ReaderOptions): AsyncGenerator<ReaderBatch> {
  return new FragmentReader(options).run();
}

class FragmentReader {
  readonly #filter: FragmentFilter;
  #status: ReaderStatus = 'connecting';
  #lastAudioMs: number;
  #lastBytesMs: number;
  #behindMs: number | undefined;
  #failures = 0;
  #skipMs = 0;
  #delivered = false;
  /** Set when a start "after" the first fragment turned out to leave it out. */
  #startTimeMs: number | undefined;
  #probing: boolean;

  constructor(private readonly options: ReaderOptions) {
    const { start, guard, callId, clock } = options;
    this.#filter = new FragmentFilter(
      new FragmentGuard(guard, callId),
      start.fragmentNumber,
      start.previousFragmentNumber ?? null,
    );
    this.#lastAudioMs = this.#lastBytesMs = clock.monotonicMs();
    this.#startTimeMs = start.timeMs;
    this.#probing = start.fragmentNumber !== undefined && start.timeMs === undefined;
  }

  async *run(): AsyncGenerator<ReaderBatch> {
    while (!this.options.signal.aborted) {
      const openedMs = this.options.clock.monotonicMs();
      const end = yield* this.#connection();
      if (end === 'ended') return;
      this.#status = 'connecting';
      const waitMs = this.#failures > 0 ? backoffMs(this.#failures, this.options.random) : 0;
      const spentMs = this.options.clock.monotonicMs() - openedMs;
      yield* this.#wait(
        this.options.clock.sleep(Math.max(waitMs, MIN_RECONNECT_MS - spentMs), this.options.signal),
      );
    }
  }

  /** One GetMedia response, from opening it to its end. */
  async *#connection(): AsyncGenerator<ReaderBatch, 'again' | 'ended'> {
    const connection = new AbortController();
    const abort = () => connection.abort();
    this.options.signal.addEventListener('abort', abort, { once: true });
    try {
      const body = yield* this.#wait(this.options.open(this.#position(), connection.signal));
      this.#lastBytesMs = this.options.clock.monotonicMs();
      this.#status = 'behind';
      return yield* this.#read(body);
    } catch (reason) {
      return this.#judge(CallscribeError.from(reason)) === 'ended'
        ? yield* this.#ended('stream-deleted')
        : 'again';
    } finally {
      this.options.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  async *#read(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReaderBatch, 'again' | 'ended'> {
    const iterator = assembleFragments(body)[Symbol.asyncIterator]();
    for (;;) {
      const result = yield* this.#wait(iterator.next());
      // A body that ends is a connection that ends, never a call (PROTOCOLS A1).
      if (result.done === true) return 'again';
      this.#lastBytesMs = this.options.clock.monotonicMs();
      const out: ReaderEvent[] = [];
      for (const event of result.value) {
        const next = this.#accept(event, out);
        if (next === 'go-on') continue;
        if (out.length > 0) yield this.#batch(out);
        return next === 'another-call' ? yield* this.#ended('another-call') : 'again';
      }
      yield this.#batch(out);
    }
  }

  #accept(event: FragmentEvent, out: ReaderEvent[]): 'go-on' | 'again' | 'another-call' {
    const { clock } = this.options;
    if (event.type === 'start' && this.#missedFirst(event.metadata.fragmentNumber)) {
      this.#startTimeMs = event.metadata.producerTimestampMs - START_MARGIN_MS;
      return 'again';
    }
    if (event.type === 'complete') {
      this.#behindMs = event.millisBehindNow;
      this.#failures = 0;
      this.#skipMs = 0;
    }
    if (event.type === 'failed') this.#failed(event.errorId, out);
    const before = out.length;
    const directive = this.#filter.accept(event, out);
    if (out.length > before && event.type === 'block') {
      this.#delivered = true;
      this.#lastAudioMs = clock.monotonicMs();
    }
    return directive === 'read-again' ? 'again' : directive;
  }

  /** "After" the first fragment may leave it out (PROTOCOLS A1): then look again by time. */
  #missedFirst(fragmentNumber: string): boolean {
    if (!this.#probing) return false;
    this.#probing = false;
    const first = this.options.start.fragmentNumber as string;
    return BigInt(fragmentNumber) > BigInt(first);
  }

  #failed(errorId: number, out: ReaderEvent[]): void {
    this.#failures += 1;
    this.options.onTrouble?.(
      new CallscribeError('stream-error', `KVS reported error ${errorId} inside the stream`, {
        retryable: true,
      }),
    );
    if (this.#failures < FAILURES_BEFORE_SKIP) return;
    this.#skipMs += SKIP_STEP_MS;
    out.push({ type: 'skipped', reason: 'stream-error' });
  }

  #position(): StartPosition {
    const { start } = this.options;
    const { last, lastTimestampMs } = this.#filter;
    if (last !== null && this.#skipMs > 0 && lastTimestampMs !== undefined) {
      return { type: 'producer-time', epochMs: lastTimestampMs + this.#skipMs };
    }
    if (last !== null) return { type: 'after', fragmentNumber: last };
    if (this.#probing && start.fragmentNumber !== undefined) {
      return { type: 'after', fragmentNumber: start.fragmentNumber };
    }
    if (this.#startTimeMs === undefined) return { type: 'earliest' };
    const marginMs = start.fragmentNumber === undefined ? 0 : START_MARGIN_MS;
    return { type: 'producer-time', epochMs: this.#startTimeMs - marginMs };
  }

  #judge(error: CallscribeError): 'again' | 'ended' {
    if (this.options.signal.aborted) throw new CallscribeError('aborted', 'the reader was stopped');
    this.#failures += 1;
    this.options.onTrouble?.(error);
    if (error.code === 'stream-not-found' && this.#delivered) return 'ended';
    if (error.code === 'stream-not-found' && this.#failures < MISSING_STREAM_ATTEMPTS) {
      return 'again';
    }
    if (!error.retryable) throw error;
    return 'again';
  }

  async *#ended(reason: 'another-call' | 'stream-deleted'): AsyncGenerator<ReaderBatch, 'ended'> {
    yield this.#batch([{ type: 'ended', reason }]);
    return 'ended';
  }

  /** Awaits something, yielding an empty batch at every tick meanwhile. */
  async *#wait<T>(work: Promise<T>): AsyncGenerator<ReaderBatch, T> {
    let done = false;
    const settled = work.finally(() => (done = true));
    settled.catch(() => undefined);
    for (;;) {
      await Promise.race([settled, this.options.ticker.next()]);
      if (done) return settled;
      yield this.#batch([]);
    }
  }

  #batch(events: readonly ReaderEvent[]): ReaderBatch {
    const now = this.options.clock.monotonicMs();
    if (this.#status !== 'connecting') {
      const atEdge = this.#behindMs !== undefined && this.#behindMs <= LIVE_EDGE_MS;
      const silent = now - this.#lastBytesMs >= SILENT_CONNECTION_MS;
      this.#status = atEdge || silent ? 'live' : 'behind';
    }
    return { status: this.#status, idleMs: now - this.#lastAudioMs, events };
  }
}
