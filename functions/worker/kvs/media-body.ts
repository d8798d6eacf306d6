import { BodyMemory } from './body-memory';

/**
 * A body whose reader is so far behind is not read from its socket, so that the kernel's buffers
 * fill and the service stops sending. What one read of the socket brings may still be added.
 */
export const MAX_UNREAD_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);

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
 * time. Bytes are copied once, into memory that all bodies share: a pull brings all there is, and
 * what it brought is valid until the next one. At most
 * `MAX_UNREAD_BYTES` and one read more wait; at that the source pauses.
 */
export class MediaBody implements AsyncIterableIterator<Uint8Array> {
  #unread: Buffer = NOTHING;
  #unreadBytes = 0;
  /** What the last pull brought; the next one frees it. */
  #inUse: Buffer = NOTHING;
  #isPaused = false;
  #pull: Pull | undefined;
  /** Set when no more comes: the last word, undefined for an end in order. */
  #over: { readonly failure: Error | undefined } | undefined;

  constructor(
    private readonly source: BodySource,
    private readonly memory = new BodyMemory(),
  ) {}

  /** Adds [start, end) of `bytes`; the reader gets it at `flush`. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#over !== undefined) return;
    const length = this.#unreadBytes + end - start;
    if (length > this.#unread.length) this.#grow(length);
    this.#unread.set(bytes.subarray(start, end), this.#unreadBytes);
    this.#unreadBytes = length;
  }

  /** What was pushed is all for now. */
  flush(): void {
    if (this.#unreadBytes === 0) return;
    const pull = this.#pull;
    if (pull !== undefined) {
      this.#pull = undefined;
      pull.resolve(this.#take());
    } else if (!this.#isPaused && this.#unreadBytes >= MAX_UNREAD_BYTES) {
      this.#isPaused = true;
      this.source.pause();
    }
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
    this.#unreadBytes = 0;
    this.end();
    // Not given back: the reader may not be done with it.
    this.#unread = this.#inUse = NOTHING;
    this.source.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #grow(length: number): void {
    const grown = this.memory.take(length);
    this.#unread.copy(grown, 0, 0, this.#unreadBytes);
    this.memory.give(this.#unread);
    this.#unread = grown;
  }

  /** The last pull's bytes have been used: their memory is there for what comes, to any body. */
  #free(): void {
    this.memory.give(this.#inUse);
    this.#inUse = NOTHING;
  }

  #take(): IteratorResult<Uint8Array> {
    const piece = this.#unread.subarray(0, this.#unreadBytes);
    this.#inUse = this.#unread;
    this.#unread = NOTHING;
    this.#unreadBytes = 0;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.source.resume();
    }
    return { done: false, value: piece };
  }

  #end({ resolve, reject }: Pull): void {
    const failure = this.#over?.failure;
    // A failure is told once; then the iteration is over.
    this.#over = { failure: undefined };
    if (failure === undefined) resolve({ done: true, value: undefined });
    else reject(failure);
  }
}
