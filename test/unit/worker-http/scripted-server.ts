import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import {
  ConnectionPool,
  type ConnectionPoolOptions,
} from '../../../functions/worker/http/connection-pool';
import { SharedReadSockets } from '../../../functions/worker/http/shared-read-sockets';

export interface ScriptedRequest {
  readonly socket: Socket;
  /** Which connection of the server it came on, from 0. */
  readonly connection: number;
  readonly text: string;
}

/** A server that does with each request, one packet, what a test says; and pools of connections to it. */
export class ScriptedServer {
  readonly sockets: Socket[] = [];
  readonly requests: ScriptedRequest[] = [];
  /** Answers with the request's own text unless told otherwise. */
  answer: (request: ScriptedRequest) => void = ({ socket, text }) => void socket.write(ok(text));
  /** Of the pools' clock. */
  nowMs = 0;
  readonly #server: Server = createServer((socket) => {
    const connection = this.sockets.push(socket) - 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const request = { socket, connection, text: bytes.toString() };
      this.requests.push(request);
      this.answer(request);
    });
  });

  static async listen(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** The connection of each request. */
  get connections(): number[] {
    return this.requests.map(({ connection }) => connection);
  }

  pool(options: Partial<ConnectionPoolOptions> = {}): ConnectionPool {
    return new ConnectionPool({
      url: this.url,
      sockets: new SharedReadSockets(),
      maxConnections: 2,
      timeoutMs: 5_000,
      clock: { monotonicMs: () => this.nowMs },
      ...options,
    });
  }
}

export function ok(body: string, ...headers: string[]): string {
  const lines = ['HTTP/1.1 200 OK', `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export async function bodyOf(answered: ReturnType<ConnectionPool['exchange']>): Promise<string> {
  return (await answered).body.toString();
}
