import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import type { Logger } from '../../../shared/logger';
import { eventOf, type CallEvent, type CallRecord } from '../../../shared/record';
import { retry } from '../../../shared/retry';

/** Fresh records kept in memory; more are read back from the log when their turn comes. */
const KEPT_RECORDS = 16;
const READ_BACK = 50;

export interface PublisherOptions {
  readonly callId: string;
  readonly bus: { put(event: CallEvent): Promise<void> };
  readonly log: {
    from(
      callId: string,
      fromSeq: number,
      limit: number,
      signal?: AbortSignal,
    ): Promise<CallRecord[]>;
  };
  /** Everything up to here was published by whoever had the call before. */
  readonly publishedSeq: number;
  /** The last record that stands in the log. */
  readonly lastSeq: number;
  readonly clock: Clock;
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
  #fresh: CallRecord[] = [];
  #partial: CallEvent | undefined;
  #wake: (() => void) | undefined;
  #closing = false;
  readonly #running: Promise<void>;

  constructor(private readonly options: PublisherOptions) {
    this.#published = options.publishedSeq;
    this.#last = options.lastSeq;
    this.#running = this.#run();
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

  /** Resolves when everything appended so far is published; rejects when aborted first. */
  async flush(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.options;
    while (!signal.aborted) {
      if (this.#published < this.#last) await this.#publishNext();
      else if (this.#closing) return;
      else if (this.#partial !== undefined) await this.#sendPartial();
      else await this.#woken();
    }
    if (this.#published < this.#last) {
      throw new CallscribeError('aborted', 'publishing was stopped before its end');
    }
  }

  async #publishNext(): Promise<void> {
    const { callId, log, signal } = this.options;
    while ((this.#fresh[0]?.seq ?? Infinity) <= this.#published) this.#fresh.shift();
    const next = this.#published + 1;
    if (this.#fresh[0]?.seq === next) {
      await this.#publish(this.#fresh.shift() as CallRecord);
      return;
    }
    this.#fresh = [];
    const limit = Math.min(READ_BACK, this.#last - this.#published);
    for (const record of await log.from(callId, next, limit, signal)) {
      if (signal.aborted) return;
      await this.#publish(record);
    }
  }

  async #publish(record: CallRecord): Promise<void> {
    const event = eventOf(record);
    if (event !== undefined) {
      await retry(() => this.options.bus.put(event), {
        signal: this.options.signal,
        clock: this.options.clock,
        onRetry: (reason, attempt) => {
          this.options.logger.warn(
            { callId: record.callId, seq: record.seq, attempt, code: reason.code },
            'the event bus refused an event; it is sent again',
          );
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

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = undefined;
        this.options.signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake = wake;
      this.options.signal.addEventListener('abort', wake, { once: true });
    });
  }
}
