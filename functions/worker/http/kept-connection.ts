import type { Socket } from 'node:net';

import { ResponseParser, type ResponseSink } from './response-parser';
import type { SharedReadSockets, SocketEvents } from './shared-read-sockets';

/** An answer above this is none of ours: a page of DynamoDB has 1 MB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const NO_BODY = Buffer.alloc(0);

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What the owner of a connection is told. */
export interface ConnectionOwner {
  /** The answer has come whole, and the connection takes the next request. */
  onFree(connection: KeptConnection, answer: Answer): void;
  /** The connection is closed; a request that it had has failed. */
  onGone(connection: KeptConnection): void;
}

/** Who waits for an answer; told once. */
export interface Asker {
  resolve(answer: Answer): void;
  /**
   * With the socket's error, with `ECONNRESET` for an answer that was cut off, with what `cut` was
   * given, or because the answer is no HTTP.
   */
  reject(reason: unknown): void;
}

/**
 * One HTTP/1.1 connection, for one request after another. An answer is gathered whole, 4 MB at
 * most. While it has no request it does not keep the process alive.
 */
export class KeptConnection implements SocketEvents, ResponseSink {
  readonly #socket: Socket;
  #isReady = false;
  #unsent = '';
  #asker: Asker | undefined;
  #parser: ResponseParser | undefined;
  #status = 0;
  #headers = NO_HEADERS;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(
    url: URL,
    sockets: SharedReadSockets,
    private readonly owner: ConnectionOwner,
  ) {
    this.#socket = sockets.open(url, this);
  }

  /** False from when it is closed; `onGone` follows. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Sends a whole request, head and body; the one before must have been answered. */
  send(request: string, asker: Asker): void {
    this.#parser = new ResponseParser(this);
    this.#asker = asker;
    this.#socket.ref();
    if (this.#isReady) this.#socket.write(request);
    else this.#unsent = request;
  }

  /** The request that is under way has failed, and the connection is closed. */
  cut(reason: Error): void {
    this.#fail(reason);
  }

  close(): void {
    this.#socket.destroy();
  }

  onReady(): void {
    this.#isReady = true;
    if (this.#unsent !== '') this.#socket.write(this.#unsent);
    this.#unsent = '';
  }

  onBytes(bytes: Uint8Array, length: number): void {
    const parser = this.#parser;
    // Nobody asked: what it says belongs to no request.
    if (parser === undefined) return this.close();
    try {
      const at = parser.push(bytes, 0, length);
      if (parser.isOver) this.#answered(at === length && !parser.isLast);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  onPeerEnd(): void {
    try {
      this.#parser?.end();
      if (this.#parser !== undefined) this.#answered(false);
    } catch {
      this.#fail(cutOff());
    }
    this.close();
  }

  onClosed(failure: Error | undefined): void {
    this.#fail(failure ?? cutOff());
    this.owner.onGone(this);
  }

  onHead(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes += end - start;
    if (this.#bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    this.#parts.push(Buffer.from(bytes.subarray(start, end)));
  }

  /**
   * What lies behind it in the same read tells whether the connection can be kept. What a server
   * that answers unasked sends later is seen as little as by Node's own client.
   */
  onEnd(): void {}

  #answered(isKept: boolean): void {
    const asker = this.#asker;
    const [first = NO_BODY] = this.#parts;
    const body = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    const answer = { status: this.#status, headers: this.#headers, body };
    this.#forget();
    asker?.resolve(answer);
    if (!isKept) return this.close();
    this.#socket.unref();
    this.owner.onFree(this, answer);
  }

  #fail(reason: unknown): void {
    const asker = this.#asker;
    this.#forget();
    asker?.reject(reason);
    this.close();
  }

  #forget(): void {
    this.#asker = undefined;
    this.#parser = undefined;
    this.#headers = NO_HEADERS;
    this.#parts = [];
    this.#bytes = 0;
  }
}

/** As Node's own client has it. */
function cutOff(): Error {
  return Object.assign(new Error('the connection was closed before the answer was whole'), {
    code: 'ECONNRESET',
  });
}
