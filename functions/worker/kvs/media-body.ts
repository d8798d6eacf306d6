/**
 * A body whose reader is so far behind is not read from its socket, so that the kernel's buffers
 * fill and the service stops sending. What one read of the socket brings may still be added.
 */
export const MAX_UNREAD_BYTES = 65_536;

type Pull = (result: Promise<IteratorResult<Uint8Array>>) => void;

/** What holds the other end: the socket. */
export interface BodySource {
  pause(): void;
  resume(): void;
  close(): void;
}

/**
 * A response's body between the socket that pushes and the reader that pulls, one pull at a
 * time. Holds at most `MAX_UNREAD_BYTES` and one read more; the source pauses at that.
 */
export class MediaBody implements AsyncIterableIterator<Uint8Array> {
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #isPaused = false;
  #pull: Pull | undefined;
  /** Set when no more comes: the last word, undefined for an end in order. */
  #over: { readonly failure: Error | undefined } | undefined;

  constructor(private readonly source: BodySource) {}

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  push(piece: Uint8Array): void {
    if (this.#over !== undefined) return;
    const pull = this.#pull;
    if (pull !== undefined) {
      this.#pull = undefined;
      pull(given(piece));
      return;
    }
    this.#unread.push(piece);
    this.#unreadBytes += piece.length;
    if (this.#isPaused || this.#unreadBytes < MAX_UNREAD_BYTES) return;
    this.#isPaused = true;
    this.source.pause();
  }

  /** No more comes, in order or because of a failure; the first word counts. */
  end(failure?: Error): void {
    if (this.#over !== undefined) return;
    this.#over = { failure };
    const pull = this.#pull;
    this.#pull = undefined;
    pull?.(this.#end());
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const piece = this.#unread.shift();
    if (piece === undefined) {
      return this.#over === undefined
        ? new Promise((resolve) => (this.#pull = resolve))
        : this.#end();
    }
    this.#unreadBytes -= piece.length;
    if (this.#isPaused && this.#unreadBytes < MAX_UNREAD_BYTES) {
      this.#isPaused = false;
      this.source.resume();
    }
    return given(piece);
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.cancel();
    return ended();
  }

  /** The reader has left: what is unread is forgotten and the source closed. */
  cancel(): void {
    this.end();
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    this.source.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): Promise<IteratorResult<Uint8Array>> {
    const failure = this.#over?.failure;
    // A failure is told once; then the iteration is over.
    this.#over = { failure: undefined };
    return failure === undefined ? ended() : Promise.reject(failure);
  }
}

function given(value: Uint8Array): Promise<IteratorResult<Uint8Array>> {
  return Promise.resolve({ done: false, value });
}

function ended(): Promise<IteratorResult<Uint8Array>> {
  return Promise.resolve({ done: true, value: undefined });
}
