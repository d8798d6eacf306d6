import { performServerHandshake } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';

/**
 * Reads the compressed header blocks (HPACK) of one HTTP/2 connection by showing its control
 * frames to a session of `node:http2` that nobody else talks to. What that would answer is
 * dropped: the connection's own reader answers.
 */
export class HeaderReader {
  readonly #pipe = new Duplex({
    read: () => undefined,
    write: (_bytes, _encoding, done) => done(),
  });

  constructor(onHeaders: (streamId: number, headers: IncomingHttpHeaders) => void) {
    const session = performServerHandshake(this.#pipe);
    session.on('error', () => undefined);
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      onHeaders(stream.id ?? 0, headers);
    });
  }

  /** The connection's preface, or a whole frame: SETTINGS, HEADERS, CONTINUATION or RST_STREAM. */
  show(bytes: Buffer): void {
    this.#pipe.push(Buffer.from(bytes));
  }

  close(): void {
    this.#pipe.destroy();
  }
}
