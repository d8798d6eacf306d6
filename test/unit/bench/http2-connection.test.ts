import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

import { Http2Connection } from '../../bench/media/http2-connection';
import type { ServeStream } from '../../bench/media/http2-connection';

const REQUEST = { ':method': 'POST', ':path': '/', 'x-call': 'bench-000001' };

describe('an HTTP/2 connection of the bench', () => {
  let server: Server;
  let client: ClientHttp2Session;

  afterEach(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(serve: ServeStream): Promise<void> {
    server = createServer((socket) => void new Http2Connection(socket, serve));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  it("shows a request's headers, and carries both directions", async () => {
    await open((stream, headers) => {
      stream.respond(200, { 'x-seen': String(headers['x-call']) });
      return {
        data: (bytes) => stream.write(Buffer.from(`${bytes.length} `), Buffer.from('bytes')),
        end: () => stream.end(),
        closed: () => undefined,
      };
    });
    const request = client.request(REQUEST);

    request.end(Buffer.alloc(5_000));

    expect(await headersOf(request)).toMatchObject({ ':status': 200, 'x-seen': 'bench-000001' });
    expect(await textOf(request)).toBe('5000 bytes');
  });

  it('keeps streams of one connection apart', async () => {
    await open((stream, headers) => {
      stream.respond(200, {});
      return {
        data: (bytes) => stream.write(Buffer.from(`${String(headers['x-call'])}${bytes.length}`)),
        end: () => stream.end(),
        closed: () => undefined,
      };
    });

    const texts = ['a', 'b', 'c'].map((name, at) => {
      const request = client.request({ ...REQUEST, 'x-call': name });
      request.end(Buffer.alloc(10 + at));
      return textOf(request);
    });

    expect(await Promise.all(texts)).toEqual(['a10', 'b11', 'c12']);
  });

  it('waits while its client does not read, and sends all afterwards', async () => {
    const message = Buffer.alloc(16_000, 1);
    await open((stream) => {
      stream.respond(200, {});
      for (let count = 0; count < 20; count++) stream.write(message);
      stream.end();
      return { data: () => undefined, end: () => undefined, closed: () => undefined };
    });
    const request = client.request(REQUEST);
    request.pause();
    await headersOf(request);

    // 320,000 bytes; the client's windows let out 65,535.
    expect((await textOf(request)).length).toBe(20 * message.length);
  });

  it('tells of a stream that its client cancels', async () => {
    let tell: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (tell = resolve));
    await open((stream) => {
      stream.respond(200, {});
      return { data: () => undefined, end: () => undefined, closed: tell };
    });
    const request = client.request(REQUEST);
    request.on('error', () => undefined);
    await headersOf(request);

    request.close(8);

    await expect(closed).resolves.toBeUndefined();
  });
});

function headersOf(request: ClientHttp2Stream): Promise<object> {
  return new Promise((resolve) => request.once('response', resolve));
}

async function textOf(request: ClientHttp2Stream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('latin1');
}
