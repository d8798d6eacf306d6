import type { Socket } from 'node:net';

import { abortError } from '../http/errors';
import { ResponseParser, type ResponseSink } from '../http/response-parser';
import type { SharedReadSockets, SocketEvents } from '../http/shared-read-sockets';
import type { AfterReads } from './after-reads';
import type { BodyMemory } from './body-memory';
import { errorAnswer } from './error-answer';
import { MediaBody } from './media-body';

/** An answer that refuses is a few hundred bytes of JSON; more of it is not kept. */
const MAX_REFUSAL_BYTES = 16_384;
const HTTP_OK = 200;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

export interface ExchangeOptions {
  readonly url: URL;
  readonly sockets: SharedReadSockets;
  readonly memory: BodyMemory;
  readonly afterReads: AfterReads;
  readonly signal: AbortSignal;
  /** What the reader of the body gets for a failure. */
  toError(reason: unknown): Error;
}

/**
 * Sends a whole request, head and body, on a connection of its own; resolves with the body of a
 * 200, else rejects.
 */
export function exchange(request: string, options: ExchangeOptions): Promise<MediaBody> {
  return new Promise((resolve, reject) => {
    new Exchange(request, options, resolve, reject).begin();
  });
}

class Exchange implements SocketEvents, ResponseSink {
  readonly #parser = new ResponseParser(this);
  readonly #body: MediaBody;
  #socket: Socket | undefined;
  #status = 0;
  #headers = NO_HEADERS;
  #refusal = '';

  constructor(
    private request: string,
    private readonly options: ExchangeOptions,
    private readonly resolve: (body: MediaBody) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    const source = {
      pause: () => void this.#socket?.pause(),
      resume: () => void this.#socket?.resume(),
      close: () => void this.#socket?.destroy(),
    };
    this.#body = new MediaBody(source, options.memory, options.afterReads);
  }

  begin(): void {
    const { signal, sockets, url } = this.options;
    if (signal.aborted) return this.reject(abortError());
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#socket = sockets.open(url, this);
  }

  onReady(): void {
    this.#socket?.write(this.request);
    // The connection may last for hours.
    this.request = '';
  }

  onBytes(bytes: Uint8Array, length: number): void {
    let failure: unknown;
    try {
      this.#parser.push(bytes, 0, length);
    } catch (reason) {
      failure = reason;
    }
    this.#body.flush();
    if (failure !== undefined) this.#fail(failure);
    else if (this.#parser.isOver) this.#finish();
  }

  onPeerEnd(): void {
    try {
      this.#parser.end();
      this.#finish();
    } catch (reason) {
      this.#fail(reason);
    }
  }

  onClosed(failure: Error | undefined): void {
    this.options.signal.removeEventListener('abort', this.#abort);
    if (failure === undefined) this.onPeerEnd();
    else this.#fail(failure);
  }

  onHead(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    if (status === HTTP_OK) this.resolve(this.#body);
    else this.#headers = headers;
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    if (this.#status === HTTP_OK) {
      this.#body.push(bytes, start, end);
    } else if (this.#refusal.length < MAX_REFUSAL_BYTES) {
      this.#refusal += Buffer.from(bytes.subarray(start, end)).toString('latin1');
    }
  }

  onEnd(): void {
    if (this.#status !== HTTP_OK) {
      this.reject(errorAnswer(this.#status, this.#headers, this.#refusal));
    }
  }

  #finish(): void {
    this.#body.end();
    this.#socket?.destroy();
  }

  /** Whatever the exchange is doing, it is over; a second failure changes nothing. */
  #fail(reason: unknown): void {
    this.reject(reason);
    this.#body.end(this.options.toError(reason));
    this.#socket?.destroy();
  }

  readonly #abort = (): void => {
    this.reject(abortError());
    this.#body.cancel();
  };
}
