import type { ServerHttp2Stream } from 'node:http2';

import type { StandInClock } from './clock';

/** At this many unsent bytes a session stops hearing audio until its client has read some. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A client that keeps its side open after the result stream ended is cut off. */
const LINGER_MS = 5000;
const CONGESTION_CHECK_MS = 20;
const HTTP2_NO_ERROR = 0;

interface Waiting {
  readonly message: Buffer;
  readonly dueMs: number;
}

/** The result side of one session: messages in order, each possibly held back for a while. */
export class Outbox {
  /** How much later messages go out; for faults. */
  delayMs = 0;
  /** Messages are dropped and the end is not sent; for faults. */
  muted = false;
  #holdUntilMs = -Infinity;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #cancelTimer: (() => void) | undefined;
  #ending = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly clock: StandInClock,
  ) {}

  /** Nothing goes out before this long has passed. */
  hold(delayMs: number): void {
    this.#holdUntilMs = this.clock.monotonicMs() + delayMs;
  }

  send(message: Buffer): void {
    if (this.muted || this.#ending) return;
    this.#enqueue(message);
  }

  /** Sends what waits, then ends the stream. */
  end(): void {
    if (this.muted || this.#ending) return;
    this.#ending = true;
    this.#flush();
  }

  /** Drops what waits, sends this, and ends the stream at once. */
  endWith(message: Buffer): void {
    this.drop();
    this.#ending = true;
    if (this.stream.writable) this.#finish(message);
  }

  /** Sends nothing more; does not touch the stream. */
  drop(): void {
    this.#cancelTimer?.();
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.muted = true;
  }

  /** Settles when there is room again; undefined while there is. */
  congestion(): Promise<void> | undefined {
    if (!this.#isCongested()) return undefined;
    return new Promise((resolve) => {
      const check = () => {
        if (!this.stream.writable || !this.#isCongested()) resolve();
        else this.clock.setTimer(check, CONGESTION_CHECK_MS);
      };
      this.clock.setTimer(check, CONGESTION_CHECK_MS);
    });
  }

  #isCongested(): boolean {
    return this.#waitingBytes + this.stream.writableLength >= MAX_WAITING_BYTES;
  }

  #enqueue(message: Buffer): void {
    const now = this.clock.monotonicMs();
    const dueMs = Math.max(now + this.delayMs, this.#holdUntilMs);
    if (dueMs <= now && this.#waiting.length === 0) {
      if (this.stream.writable) this.stream.write(message);
      return;
    }
    this.#waiting.push({ message, dueMs });
    this.#waitingBytes += message.length;
    if (this.#waiting.length === 1) this.#arm(dueMs - now);
  }

  #arm(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.clock.setTimer(() => this.#flush(), delayMs);
  }

  #flush(): void {
    if (!this.stream.writable) return;
    const now = this.clock.monotonicMs();
    while (this.#waiting[0] && this.#waiting[0].dueMs <= now) {
      const { message } = this.#waiting.shift() ?? { message: Buffer.alloc(0) };
      this.#waitingBytes -= message.length;
      this.stream.write(message);
    }
    const next = this.#waiting[0];
    if (next) this.#arm(next.dueMs - now);
    else if (this.#ending) this.#finish();
  }

  #finish(message?: Buffer): void {
    if (message) this.stream.end(message);
    else this.stream.end();
    const cancel = this.clock.setTimer(() => this.stream.close(HTTP2_NO_ERROR), LINGER_MS);
    this.stream.once('close', cancel);
  }
}
