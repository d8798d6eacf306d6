import { CallscribeError } from '../../../shared/errors';
import { FragmentAssembler } from './assembler';
import { ConsumedFragments } from './checkpoint';
import { Detour } from './detour';
import type { FragmentEvent, FragmentFailed, FragmentStart } from './fragment';
import { FragmentFilter } from './fragment-filter';
import { FragmentGuard } from './guard';
import { LiveEdge } from './live-edge';
import {
  PulledBatches,
  type ReaderBatches,
  type SteppingReader,
  type StepListener,
} from './pulled-batches';
import { ReadPlace } from './read-place';
import type { ReaderBatch, ReaderEvent } from './reader-batch';
import type { ReaderOptions } from './reader-options';
import { Reconnects } from './reconnects';
import { Turns } from './turns';

/** A connection that is not answered, or brings nothing for so long, may be dead: a new one. */
const OPEN_TIMEOUT_MS = 20_000;
const RENEW_AFTER_MS = 60_000;
/** So long nothing comes before the search for the first fragment goes on elsewhere. */
const SEARCH_MS = 5_000;
/** So long what lies behind a fragment that cannot be read is looked for. */
const LOOK_MS = 2_000;
/** GetMedia's in-band error for a fragment that the stream does not hold (PROTOCOLS A2). */
const FRAGMENT_NOT_FOUND = 4000;

/**
 * Reads one stream for ever: fragments of this call, each byte once, over as many connections as
 * it takes. Yields a batch per network read, and one at a tick if none came since the tick before:
 * the consumer always knows where the reader stands. Ends after an `ended` event; throws what no
 * retry heals, and `aborted`.
 */
export function readFragments(options: ReaderOptions): ReaderBatches {
  const { ticker, signal } = options;
  return new PulledBatches({
    ticker,
    signal,
    begin: (listener) => new FragmentReader(options, listener),
  });
}

class FragmentReader implements SteppingReader {
  isOver = false;
  readonly #consumed: ConsumedFragments;
  readonly #filter: FragmentFilter;
  readonly #place: ReadPlace;
  readonly #detour = new Detour();
  readonly #edge: LiveEdge;
  #connection = new AbortController();
  #body: AsyncIterator<Uint8Array> | undefined;
  #assembler = new FragmentAssembler();
  readonly #reconnects = new Reconnects();
  /** The connection was given up on purpose: whatever it says now is no failure. */
  #isRenewing = false;
  readonly #turns: Turns;
  /** Whether the connection has passed anything on, or failed to. */
  #isNews = false;
  #isUnderWay: boolean;

  constructor(
    private readonly options: ReaderOptions,
    private readonly listener: StepListener,
  ) {
    const { start, guard, callId, clock } = options;
    const previous = start.previousFragmentNumber ?? undefined;
    const isResumed = start.isResumed ?? false;
    this.#consumed = new ConsumedFragments(previous, start.fragmentNumber);
    const judge = new FragmentGuard(guard, callId);
    this.#filter = new FragmentFilter(judge, this.#consumed, isResumed);
    this.#place = new ReadPlace(start, this.#consumed, guard !== undefined);
    this.#edge = new LiveEdge(clock.monotonicMs());
    this.#turns = new Turns(() => options.turn?.());
    this.#isUnderWay = isResumed;
  }

  /** Rests and connects, or reads once. */
  step(): void {
    this.#edge.waits(this.options.clock.monotonicMs());
    if (this.#body !== undefined && this.#edge.isStale) this.#breakOff();
    if (this.#body === undefined) {
      this.#connect().then(this.#connected, this.#brokeOff);
      return;
    }
    const turn = this.#turns.next(this.#edge.isBehind);
    if (turn === undefined) return this.#pull();
    void turn.then(this.#pull);
  }

  batch(events: readonly ReaderEvent[]): ReaderBatch {
    const { status, idleMs } = this.#edge;
    return { status, idleMs, events };
  }

  /** At a tick: gives a connection up that has been silent for too long. */
  lookAround(): void {
    // A stream that nobody reads is not silent.
    if (this.#turns.isWaiting) return this.#edge.waits(this.options.clock.monotonicMs());
    this.#edge.waited(this.options.clock.monotonicMs());
    const { silentMs } = this.#edge;
    if (this.#body === undefined) {
      if (this.#edge.isOpening && silentMs >= OPEN_TIMEOUT_MS) this.#connection.abort();
      return;
    }
    const isSearchOver = this.#place.isSearching && silentMs >= SEARCH_MS;
    const isLookOver = this.#detour.isLook && silentMs >= LOOK_MS;
    if (isSearchOver) this.#place.lookBack();
    if (isLookOver) this.#detour.sawNothing();
    if (isSearchOver || isLookOver || this.#edge.isStale || silentMs >= RENEW_AFTER_MS) {
      this.#isRenewing = true;
      this.#connection.abort();
    }
  }

  /** Closes the connection, whatever it is doing. */
  hangUp(): void {
    this.#connection.abort();
    const body = this.#body;
    this.#body = undefined;
    void body?.return?.().catch(() => undefined);
  }

  close(): void {
    this.isOver = true;
    this.hangUp();
  }

  readonly #pull = (): void => {
    if (this.#turns.isWaiting) this.#edge.waits(this.options.clock.monotonicMs());
    this.#turns.begins();
    // Given up while it waited for its turn.
    if (this.#body === undefined) return this.#stepped([]);
    try {
      this.#body.next().then(this.#hasRead, this.#brokeOff);
    } catch (reason) {
      this.#brokeOff(reason);
    }
  };

  readonly #connected = (): void => this.#stepped([]);

  readonly #hasRead = (result: IteratorResult<Uint8Array>): void => {
    const out: ReaderEvent[] = [];
    try {
      this.#read(result, out);
    } catch (reason) {
      return this.#failed(reason, out);
    }
    this.#stepped(out);
  };

  readonly #brokeOff = (reason: unknown): void => this.#failed(reason, []);

  #failed(reason: unknown, out: ReaderEvent[]): void {
    try {
      this.#broken(CallscribeError.from(reason), out);
    } catch (final) {
      return this.listener.failed(final);
    }
    this.#stepped(out);
  }

  #stepped(out: readonly ReaderEvent[]): void {
    if (!this.options.signal.aborted) return this.listener.stepped(out);
    this.listener.failed(new CallscribeError('aborted', 'the reader was stopped'));
  }

  async #connect(): Promise<void> {
    const { clock, random, signal } = this.options;
    const restMs = this.#reconnects.restMs(clock.monotonicMs(), random);
    if (restMs > 0) await clock.sleep(restMs, signal);
    if (signal.aborted || this.isOver) return;
    const now = clock.monotonicMs();
    this.#reconnects.openedMs = now;
    this.#edge.waited(now);
    this.#edge.opening();
    this.#connection = new AbortController();
    this.#isRenewing = false;
    const { lastTimestampMs } = this.#consumed;
    const position = this.#detour.position(lastTimestampMs) ?? this.#place.position;
    const body = await this.options.open(position, this.#connection.signal);
    this.#body = body[Symbol.asyncIterator]();
    this.#assembler = new FragmentAssembler();
    this.#isNews = false;
    this.#reconnects.opened();
    this.#edge.waited(clock.monotonicMs());
    this.#edge.opened();
  }

  #read(result: IteratorResult<Uint8Array>, out: ReaderEvent[]): void {
    const now = this.options.clock.monotonicMs();
    this.#edge.waited(now);
    if (result.done === true) {
      this.#bodyEnded();
      return;
    }
    this.#edge.bytes();
    this.#turns.read(result.value.length);
    for (const event of this.#assembler.push(result.value)) {
      if (!this.#take(event, now, out)) return this.#breakOff();
    }
  }

  /** False when this connection is not to be read on. */
  #take(event: FragmentEvent, now: number, out: ReaderEvent[]): boolean {
    if (event.type === 'start' && !this.#begins(event, out)) return false;
    if (event.type === 'failed') this.#reported(event, now, out);
    const from = out.length;
    const directive = this.#filter.accept(event, out);
    switch (event.type) {
      case 'start':
        this.#edge.fragmentStarts();
        break;
      case 'complete':
        this.#edge.fragmentEnds(event.millisBehindNow);
        this.options.onBehind?.(event.millisBehindNow);
        if (out.length === from) break;
        this.#reconnects.progressed();
        this.#detour.progressed();
        break;
      case 'malformed':
        this.#isNews = true;
        break;
      default:
    }
    for (let index = from; index < out.length; index++) {
      if (out[index]?.type !== 'block') continue;
      this.#isNews = this.#isUnderWay = true;
      this.#reconnects.delivered();
      this.#edge.audio();
      break;
    }
    if (directive === 'another-call') this.#end('another-call', out);
    return directive === 'go-on';
  }

  #begins({ metadata }: FragmentStart, out: ReaderEvent[]): boolean {
    if (!this.#place.begins(metadata)) return false;
    if (this.#consumed.isUnwanted(metadata.fragmentNumber)) return true;
    if (this.#detour.isPass) out.push({ type: 'skipped', reason: 'stream-error' });
    if (!this.#detour.isLook) return true;
    this.#detour.seen();
    return false;
  }

  #reported({ errorId, fragmentNumber }: FragmentFailed, now: number, out: ReaderEvent[]): void {
    this.#isNews = true;
    this.#reconnects.failed();
    const message = `KVS reported error ${errorId} inside the stream`;
    this.options.onTrouble?.(new CallscribeError('stream-error', message, { retryable: true }));
    if (errorId !== FRAGMENT_NOT_FOUND) this.#detour.failed(fragmentNumber, now);
    else if (this.#place.notFound()) out.push({ type: 'skipped', reason: 'expired' });
  }

  /** A body that ends is a connection that ends, never a call (PROTOCOLS A1). */
  #bodyEnded(): void {
    this.#filter.breakOff();
    // What it held back is less than a block, and comes again.
    this.#assembler.end();
    const isEmpty = !this.#isNews && !this.#isRenewing;
    this.#disconnect();
    if (!isEmpty) return;
    this.#detour.sawNothing();
    const { idleMs, silentMs } = this.#edge;
    if (this.#reconnects.endedEmpty(idleMs, silentMs)) this.#edge.proved();
  }

  #breakOff(): void {
    this.#filter.breakOff();
    this.#disconnect();
  }

  #disconnect(): void {
    this.hangUp();
    this.#edge.closed();
  }

  #broken(error: CallscribeError, out: ReaderEvent[]): void {
    this.#filter.breakOff();
    this.#disconnect();
    if (this.isOver || this.options.signal.aborted || this.#isRenewing) return;
    this.options.onTrouble?.(error);
    if (error.code === 'stream-not-found' && this.#isUnderWay) {
      this.#end('stream-deleted', out);
    } else if (error.code === 'stream-error' && !error.retryable && this.#place.notFound()) {
      out.push({ type: 'skipped', reason: 'expired' });
    } else if (!this.#reconnects.broke(error, this.#isUnderWay)) throw error;
  }

  #end(reason: 'another-call' | 'stream-deleted', out: ReaderEvent[]): void {
    this.isOver = true;
    out.push({ type: 'ended', reason });
  }
}
