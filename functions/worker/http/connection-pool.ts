import { systemClock, type Clock } from '../../../shared/clock';
import { abortError, timeoutError } from './errors';
import { KeptConnection, type Answer, type ConnectionOwner } from './kept-connection';
import type { SharedReadSockets } from './shared-read-sockets';

/** An idle connection may be closed by its server at any moment: after so long it is not used. */
const MAX_IDLE_MS = 20_000;
/** What a server says of its patience (`keep-alive`) is cut by this: its clock runs already. */
const IDLE_MARGIN_MS = 1_000;

export interface ConnectionPoolOptions {
  readonly url: URL;
  readonly sockets: SharedReadSockets;
  /** Requests beyond it wait for a connection, in their order. */
  readonly maxConnections: number;
  /**
   * Without an answer for so long, connecting included but not waiting, a request has failed; the
   * sockets' own limit for connecting is shorter.
   */
  readonly timeoutMs: number;
  readonly clock?: Pick<Clock, 'monotonicMs'>;
}

interface Exchange {
  readonly request: string;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
  /** Set while it is under way. */
  connection?: KeptConnection;
}

interface Idle {
  readonly connection: KeptConnection;
  readonly untilMs: number;
}

/** HTTP/1.1 connections to one host, kept and used again, the one used last first. */
export class ConnectionPool implements ConnectionOwner {
  readonly #all = new Set<KeptConnection>();
  /** When the request of each has failed; in the order of these times. */
  readonly #busy = new Map<KeptConnection, number>();
  #idle: Idle[] = [];
  readonly #waiting: Exchange[] = [];
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ConnectionPoolOptions) {
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Sends a whole request, head and body. Rejects with `TimeoutError`, `AbortError` or what the
   * connection fails with; whether the request was carried out is then not known. Never repeated.
   */
  exchange(request: string, signal?: AbortSignal): Promise<Answer> {
    if (signal?.aborted === true) return Promise.reject(abortError());
    return new Promise((resolve, reject) => {
      const exchange: Exchange = { request, resolve, reject };
      if (signal !== undefined) this.#heed(signal, exchange);
      const connection = this.#free();
      if (connection !== undefined) this.#carry(exchange, connection);
      else this.#waiting.push(exchange);
    });
  }

  onFree(connection: KeptConnection, { headers }: Answer): void {
    this.#busy.delete(connection);
    const next = this.#waiting.shift();
    if (next !== undefined) return this.#carry(next, connection);
    const patience = /\btimeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1];
    const idleMs = patience === undefined ? MAX_IDLE_MS : Number(patience) * 1000 - IDLE_MARGIN_MS;
    const untilMs = this.#clock.monotonicMs() + Math.min(idleMs, MAX_IDLE_MS);
    this.#idle.push({ connection, untilMs });
  }

  onGone(connection: KeptConnection): void {
    this.#all.delete(connection);
    this.#busy.delete(connection);
    this.#idle = this.#idle.filter((idle) => idle.connection !== connection);
    if (this.#all.size >= this.options.maxConnections) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#carry(next, this.#open());
  }

  /** A connection that can take a request now, made if there may be one more. */
  #free(): KeptConnection | undefined {
    const nowMs = this.#clock.monotonicMs();
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      const { connection, untilMs } = idle;
      if (connection.isOpen && nowMs < untilMs) return connection;
      this.#drop(connection);
    }
    return this.#all.size < this.options.maxConnections ? this.#open() : undefined;
  }

  #drop(connection: KeptConnection): void {
    this.#all.delete(connection);
    connection.close();
  }

  #open(): KeptConnection {
    const connection = new KeptConnection(this.options.url, this.options.sockets, this);
    this.#all.add(connection);
    return connection;
  }

  #carry(exchange: Exchange, connection: KeptConnection): void {
    const { timeoutMs } = this.options;
    this.#busy.set(connection, this.#clock.monotonicMs() + timeoutMs);
    this.#timer ??= this.#setTimer(timeoutMs);
    exchange.connection = connection;
    connection.send(exchange.request, exchange);
  }

  /** From now on the signal ends the exchange, whether it waits or is under way. */
  #heed(signal: AbortSignal, exchange: Exchange): void {
    const { resolve, reject } = exchange;
    const abort = (): void => {
      const at = this.#waiting.indexOf(exchange);
      if (at >= 0) this.#waiting.splice(at, 1);
      exchange.connection?.cut(abortError());
      exchange.reject(abortError());
    };
    signal.addEventListener('abort', abort, { once: true });
    exchange.resolve = (answer) => {
      signal.removeEventListener('abort', abort);
      resolve(answer);
    };
    exchange.reject = (reason) => {
      signal.removeEventListener('abort', abort);
      reject(reason);
    };
  }

  #setTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), ms).unref();
  }

  /** One timer for all: it looks again when the request that is the oldest then has its time. */
  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#timer = undefined;
    for (const [connection, deadlineMs] of this.#busy) {
      if (deadlineMs > nowMs) {
        this.#timer = this.#setTimer(deadlineMs - nowMs);
        return;
      }
      connection.cut(timeoutError('the service did not answer in time'));
    }
  }
}
