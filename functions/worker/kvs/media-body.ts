import { AfterReads } from './after-reads';
import { BodyMemory, PIECE_BYTES } from './body-memory';

/**
 * A body whose reader is so far behind is not read from its socket, so that the kernel's buffers
 * fill and the service stops sending. What was read from the socket already may still be added.
 */
export const MAX_UNREAD_BYTES = PIECE_BYTES;

interface Pull {
  resolve(result: IteratorResult<Uint8Array>): void;
  reject(reason: Error): void;
}

/** What holds the other end: the socket. */
export interface BodySource {
  pause(): void;
  resume(): void;
  close(): void;
}

/**
 * A response's body between the socket that pushes and the reader that pulls, one pull at a
 * time. Bytes are copied once, into memory that all bodies share: a pull brings the next piece of
 * it, which is valid until the next one. At most `MAX_UNREAD_BYTES` and what one read of the
 * socket brings (with TLS 64 KB) wait; at that the source pauses.
 */
export class MediaBody implements AsyncIterableIterator<Uint8Array> {
  /** Full pieces, the oldest first. */
  readonly #full: Buffer[] = [];
  /** The piece that is being written to, and how far. */
  #last: Buffer | undefined;
  #lastBytes = 0;
  /** What the last pull brought; the next one frees it. */
  #inUse: Buffer | undefined;
  #isPaused = false;
  /** `deliver` will be called. */
  #isDue = false;
  #pull: Pull | undefined;
  /** Set when no more comes: the last word, undefined for an end in order. */
  #over: { readonly failure: Error | undefined } | undefined;

  constructor(
    private readonly source: BodySource,
    private readonly memory = new BodyMemory(),
    private readonly afterReads = new AfterReads(),
  ) {}

  /** Adds [start, end) of `bytes`; the reader gets it at `flush`. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#over !== undefined) return;
    for (let from = start; from < end;) {
      const last = (this.#last ??= this.memory.take());
      const to = Math.min(end, from + PIECE_BYTES - this.#lastBytes);
      last.set(bytes.subarray(from, to), this.#lastBytes);
      this.#lastBytes += to - from;
      from = to;
      if (this.#lastBytes < PIECE_BYTES) break;
      this.#full.push(last);
      this.#last = undefined;
      this.#lastBytes = 0;
    }
  }

  /** What was pushed is all for now: a reader that waits gets it after this look at the sockets. */
  flush(): void {
    if (this.#unreadBytes === 0) return;
    if (this.#pull !== undefined) {
      if (this.#unreadBytes < MAX_UNREAD_BYTES) return this.#deliverLater();
      this.#hand();
    }
    if (!this.#isPaused && this.#unreadBytes >= MAX_UNREAD_BYTES) {
      this.#isPaused = true;
      this.source.pause();
    }
  }

  /** Called by `afterReads`. */
  deliver(): void {
    this.#isDue = false;
    this.#hand();
  }

  /** Gives a reader that waits what there is. */
  #hand(): void {
    const pull = this.#pull;
    if (pull === undefined || this.#unreadBytes === 0) return;
    this.#pull = undefined;
    pull.resolve(this.#take());
  }

  /** No more comes, in order or because of a failure; the first word counts. */
  end(failure?: Error): void {
    if (this.#over !== undefined) return;
    this.#over = { failure };
    const pull = this.#pull;
    if (pull === undefined) return;
    this.#pull = undefined;
    if (this.#unreadBytes > 0) pull.resolve(this.#take());
    else this.#end(pull);
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    this.#free();
    if (this.#unreadBytes > 0) return Promise.resolve(this.#take());
    return new Promise((resolve, reject) => {
      if (this.#over === undefined) this.#pull = { resolve, reject };
      else this.#end({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The reader has left: what is unread is forgotten and the source closed. */
  cancel(): void {
    while (this.#unreadBytes > 0) this.memory.give(this.#nextPiece().piece);
    this.end();
    // Not given back: the reader may not be done with it.
    this.#inUse = undefined;
    this.source.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliverLater(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.afterReads.add(this);
  }

  get #unreadBytes(): number {
    return this.#full.length * PIECE_BYTES + this.#lastBytes;
  }

  /** The last pull's bytes have been used: their memory is there for what comes, to any body. */
  #free(): void {
    if (this.#inUse !== undefined) this.memory.give(this.#inUse);
    this.#inUse = undefined;
  }

  /** The oldest piece and how much of it was written; there must be one. */
  #nextPiece(): { readonly piece: Buffer; readonly bytes: number } {
    const whole = this.#full.shift();
    if (whole !== undefined) return { piece: whole, bytes: PIECE_BYTES };
    const next = { piece: this.#last as Buffer, bytes: this.#lastBytes };
    this.#last = undefined;
    this.#lastBytes = 0;
    return next;
  }

  #take(): IteratorResult<Uint8Array> {
    const { piece, bytes } = this.#nextPiece();
    this.#inUse = piece;
    if (this.#isPaused && this.#unreadBytes < MAX_UNREAD_BYTES) {
      this.#isPaused = false;
      this.source.resume();
    }
    return { done: false, value: piece.subarray(0, bytes) };
  }

  #end({ resolve, reject }: Pull): void {
    const failure = this.#over?.failure;
    // A failure is told once; then the iteration is over.
    this.#over = { failure: undefined };
    if (failure === undefined) resolve({ done: true, value: undefined });
    else reject(failure);
  }
}
