import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import type { Logger } from '../../../shared/logger';
import { eventOf, type CallEvent, type CallRecord } from '../../../shared/record';
import { retry } from '../../../shared/retry';
import type { LogPage } from '../log/call-log';

/** Fresh records kept in memory; more are read back from the log when their turn comes. */
const KEPT_RECORDS = 16;
const READ_BACK = 50;
/** Of the refusals of one event every so many is logged: an outage may last for hours. */
const LOGGED_REFUSALS = 10;

export interface PublisherOptions {
  readonly callId: string;
  readonly bus: { put(event: CallEvent): Promise<void> };
  readonly log: {
    page(callId: string, fromSeq: number, limit: number, signal?: AbortSignal): Promise<LogPage>;
  };
  /** Everything up to here was published by whoever had the call before. */
  readonly publishedSeq: number;
  /** The last record that stands in the log. */
  readonly lastSeq: number;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Publishes a call's records in `seq` order, one in flight, each only after it stands in the log
 * (DESIGN 3, outbox). A bus that is down slows nothing: the backlog stays in the log.
 */
export class CallPublisher {
  #published: number;
  #last: number;
  /** At most KEPT_RECORDS, rising; what did not fit is read back. */
  #fresh: CallRecord[] = [];
  #partial: CallEvent | undefined;
  #wake: (() => void) | undefined;
  #closing = false;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly options: PublisherOptions) {
    this.#published = options.publishedSeq;
    this.#last = options.lastSeq;
    const stop = () => this.stop();
    options.signal.addEventListener('abort', stop, { once: true });
    if (options.signal.aborted) stop();
    this.#running = this.#run().finally(() => options.signal.removeEventListener('abort', stop));
    this.#running.catch(() => undefined);
  }

  /** Up to here every record's event has been acknowledged. */
  get publishedSeq(): number {
    return this.#published;
  }

  /** Records that wait for the bus. */
  get backlog(): number {
    return this.#last - this.#published;
  }

  /** A record that has just been appended. */
  offer(record: CallRecord): void {
    this.#last = record.seq;
    if (this.#fresh.length < KEPT_RECORDS) this.#fresh.push(record);
    this.#wake?.();
  }

  /** Not in the log: sent when nothing else waits, replaced by a newer one, never repeated. */
  offerPartial(event: CallEvent): void {
    this.#partial = event;
    this.#wake?.();
  }

  /**
   * Resolves when everything appended so far is published; rejects as soon as it is stopped, also
   * when the bus does not answer.
   */
  async flush(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    const { signal } = this.#stop;
    const stopped = new Promise<never>((_resolve, reject) => {
      const fail = () => reject(stoppedError());
      signal.addEventListener('abort', fail, { once: true });
      if (signal.aborted && this.backlog > 0) fail();
    });
    await Promise.race([this.#running, stopped]);
    // It may have been stopped when nothing waited, before the last record came.
    if (this.backlog > 0) throw stoppedError();
  }

  /** Nothing more is put on the bus, but for an event that is on its way. */
  stop(): void {
    this.#stop.abort();
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#published < this.#last) await this.#publishNext(signal);
      else if (this.#closing) return;
      else if (this.#partial !== undefined) await this.#sendPartial();
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.backlog > 0) throw stoppedError();
  }

  async #publishNext(signal: AbortSignal): Promise<void> {
    while ((this.#fresh[0]?.seq ?? Infinity) <= this.#published) this.#fresh.shift();
    const next = this.#published + 1;
    if (this.#fresh[0]?.seq === next) {
      await this.#publish(this.#fresh.shift() as CallRecord, signal);
      return;
    }
    this.#fresh = [];
    await this.#publishFromLog(next, signal);
  }

  async #publishFromLog(fromSeq: number, signal: AbortSignal): Promise<void> {
    const { callId, log, logger } = this.options;
    const limit = Math.min(READ_BACK, this.#last - this.#published);
    const { records, unreadable, nextSeq } = await log.page(callId, fromSeq, limit, signal);
    for (const { code, message } of unreadable) {
      logger.error({ callId, code }, `${message}; its event is left out`);
    }
    for (const record of records) {
      if (signal.aborted) return;
      await this.#publish(record, signal);
    }
    // An empty page: the log has been deleted, and nothing of it is to be announced any more.
    this.#published = nextSeq > fromSeq ? nextSeq - 1 : this.#last;
  }

  async #publish(record: CallRecord, signal: AbortSignal): Promise<void> {
    const event = eventOf(record);
    if (event !== undefined) {
      const { bus, clock, random, logger } = this.options;
      await retry(() => bus.put(event), {
        signal,
        clock,
        random,
        onRetry: (reason, attempt) => {
          if (attempt % LOGGED_REFUSALS !== 0) return;
          const fields = { callId: record.callId, seq: record.seq, attempt, code: reason.code };
          logger.warn(fields, `${reason.message}; the event is sent again`);
        },
      });
    }
    this.#published = record.seq;
  }

  async #sendPartial(): Promise<void> {
    const partial = this.#partial;
    this.#partial = undefined;
    if (partial === undefined) return;
    try {
      await this.options.bus.put(partial);
    } catch {
      // A partial that is lost is replaced by the next one, or by its final.
    }
  }
}

function stoppedError(): CallscribeError {
  return new CallscribeError('aborted', 'publishing was stopped before its end');
}
