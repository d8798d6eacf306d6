import { once } from 'node:events';
import {
  createServer as createPlainServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** A server whose answers a test writes byte by byte. */
export class MediaServer {
  readonly sockets: Socket[] = [];
  /** What each connection has sent so far. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** `answer` is called once per connection, when a whole request has come. */
  static async listen(answer: (socket: Socket) => void, tls?: TlsOptions): Promise<MediaServer> {
    const server = tls === undefined ? createPlainServer() : createTlsServer(tls);
    const media = new MediaServer(server, tls === undefined ? 'http' : 'https');
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      const index = media.sockets.push(socket) - 1;
      media.requests[index] = '';
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        const before = media.requests[index] ?? '';
        media.requests[index] = before + bytes.toString('latin1');
        if (!isWhole(before) && isWhole(media.requests[index])) answer(socket);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return media;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

function isWhole(request: string): boolean {
  const head = request.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(request)?.[1];
  return head >= 0 && request.length >= head + 4 + Number(length);
}
