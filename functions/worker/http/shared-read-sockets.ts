import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';

import { keep } from '../../../shared/keep';
import { timeoutError } from './errors';

/**
 * One read of a socket at most; a call's audio of 200 ms has 7 KB. All sockets read into the same
 * bytes, one after the other.
 */
const READ_BYTES = 16_384;
const CONNECT_TIMEOUT_MS = 3_000;
/** A peer that vanished is noticed by the kernel, although a stream may be silent for hours. */
const KEEP_ALIVE_AFTER_MS = 30_000;
/** AWS answers with a few hosts for all streams. */
const MAX_SESSIONS = 64;

export interface SocketEvents {
  /** The connection stands, TLS included. */
  onReady(): void;
  /**
   * Bytes [0, length) of `bytes` have come; they are overwritten after the return. Not called
   * while the socket is paused, but for what TLS had decrypted already.
   */
  onBytes(bytes: Uint8Array, length: number): void;
  /** The peer sends no more. */
  onPeerEnd(): void;
  /** The socket is gone, after `onPeerEnd` or because of a failure. */
  onClosed(failure: Error | undefined): void;
}

export interface SharedReadSocketsOptions {
  readonly connectTimeoutMs?: number;
  /** Whose certificates are believed; by default those of Node, NODE_EXTRA_CA_CERTS included. */
  readonly trust?: SecureContext;
}

/**
 * Opens sockets that share one read buffer. Through `node:http` each read allocates 64 KB and what
 * came passes through a parser's callbacks and a stream.
 */
export class SharedReadSockets {
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #sessions = new Map<string, Buffer>();
  /** Made once: the trusted certificates take a millisecond and memory to read each time. */
  #trust: SecureContext | undefined;

  constructor(private readonly options: SharedReadSocketsOptions = {}) {
    this.#trust = options.trust;
  }

  /** Connects to the URL's host, by TLS if it is `https`. Never throws; failures are told. */
  open(url: URL, events: SocketEvents): Socket {
    const isTls = url.protocol === 'https:';
    const socket = isTls ? this.#openTls(url, events) : connectPlain(this.#options(url, events));
    let failure: Error | undefined;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.options;
    socket.setTimeout(connectTimeoutMs, () =>
      socket.destroy(timeoutError('the connection was not made in time')),
    );
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      events.onReady();
    });
    socket.on('error', (reason: Error) => (failure ??= reason));
    socket.once('end', () => events.onPeerEnd());
    socket.once('close', () => events.onClosed(failure));
    return socket;
  }

  #options(url: URL, events: SocketEvents) {
    const isTls = url.protocol === 'https:';
    return {
      host: hostOf(url),
      port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
      onread: {
        buffer: this.#buffer,
        callback: (length: number, bytes: Uint8Array) => {
          events.onBytes(bytes, length);
          return true;
        },
      },
    };
  }

  #openTls(url: URL, events: SocketEvents): Socket {
    this.#trust ??= createSecureContext();
    const options = this.#options(url, events);
    const { host } = options;
    const key = url.host;
    const socket = connectTls({
      ...options,
      secureContext: this.#trust,
      servername: isIP(host) === 0 ? host : undefined,
      session: this.#sessions.get(key),
      ALPNProtocols: ['http/1.1'],
    });
    socket.on('session', (session: Buffer) => keep(this.#sessions, key, session, MAX_SESSIONS));
    // What the peer did not take may be why it left.
    socket.once('error', () => this.#sessions.delete(key));
    return socket;
  }
}

/** A URL writes IPv6 addresses in brackets. */
function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}
