import { KinesisVideoClient } from '@aws-sdk/client-kinesis-video';
import type { Socket } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { LeanMediaReader } from '../../../functions/worker/kvs/lean-media-reader';
import { MAX_UNREAD_BYTES } from '../../../functions/worker/kvs/media-body';
import { SharedReadSockets } from '../../../functions/worker/http/shared-read-sockets';
import type { StartPosition } from '../../../functions/worker/kvs/start-position';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { until } from '../../support/until';
import { selfSigned } from '../local-transcribe/self-signed';
import { MediaServer } from './media-server';

const STREAM_ARN = `arn:aws:kinesisvideo:${LOCAL_REGION}:123456789012:stream/calls/1`;
const EARLIEST: StartPosition = { type: 'earliest' };
const settings = {
  region: LOCAL_REGION,
  credentials: { ...LOCAL_CREDENTIALS, sessionToken: 'token' },
};
const certificate = selfSigned('127.0.0.1');
const control = new KinesisVideoClient(settings);
const sockets = new SharedReadSockets({
  connectTimeoutMs: 250,
  trust: createSecureContext({ ca: certificate.cert }),
});

let server: MediaServer;
let stop: AbortController;
beforeEach(() => (stop = new AbortController()));
afterEach(async () => {
  stop.abort();
  await server.close();
});

function open(position = EARLIEST): Promise<AsyncIterable<Uint8Array>> {
  const reader = new LeanMediaReader(() => control.config.signer(), sockets);
  return reader.open(server.url, { streamArn: STREAM_ARN, position }, stop.signal);
}

/** Resolves once the first connection is closed. */
const gone = () => until(() => server.sockets[0]?.destroyed !== false);

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of body) text += Buffer.from(piece).toString('latin1');
  return text;
}

const answering =
  (...parts: string[]) =>
  (socket: Socket) =>
    void sendParts(socket, parts);

/** Each part in a packet of its own. */
async function sendParts(socket: Socket, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    socket.write(part, 'latin1');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each([
  ['cleartext', undefined],
  ['TLS', certificate],
])('a body read over %s', (_name, tls) => {
  it('may be chunked', async () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    server = await MediaServer.listen(
      answering(head, '3\r\nab', 'c\r\n2\r\nde\r', '\n0\r\n\r\n'),
      tls,
    );

    expect(await textOf(await open())).toBe('abcde');
  });

  it('may have a length', async () => {
    server = await MediaServer.listen(
      answering('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab', 'cd'),
      tls,
    );

    expect(await textOf(await open())).toBe('abcd');
  });

  it('may end with the connection, and follow a 100', async () => {
    server = await MediaServer.listen((socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nab');
      socket.end('cd');
    }, tls);

    expect(await textOf(await open())).toBe('abcd');
  });

  it('fails when the connection is lost inside it', async () => {
    server = await MediaServer.listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab');
      setTimeout(() => socket.destroy(), 20);
    }, tls);

    await expect(textOf(await open())).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('stops the sender while nobody reads it, and comes whole afterwards', async () => {
    const total = 32 * 1024 * 1024;
    server = await MediaServer.listen((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
      socket.end(Buffer.alloc(total, 7));
    }, tls);

    const body = await open();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // What kernel and TLS hold by themselves is a few megabytes.
    expect(server.sockets[0]?.writableLength).toBeGreaterThan(total / 2);

    let received = 0;
    for await (const piece of body) {
      expect(piece.length).toBeLessThanOrEqual(2 * MAX_UNREAD_BYTES);
      expect(piece.every((octet) => octet === 7)).toBe(true);
      received += piece.length;
    }
    expect(received).toBe(total);
  });

  it('is let go of when the signal aborts', async () => {
    server = await MediaServer.listen(answering('HTTP/1.1 200 OK\r\n\r\nab'), tls);
    const body = await open();
    const text = textOf(body);
    await new Promise((resolve) => setTimeout(resolve, 20));

    stop.abort();

    expect(await text).toBe('ab');
    await gone();
  });

  it('is let go of when its reader leaves', async () => {
    server = await MediaServer.listen(answering('HTTP/1.1 200 OK\r\n\r\nab'), tls);

    for await (const _ of await open()) break;

    await gone();
  });
});

describe('bodies that come side by side', () => {
  it('do not mix, although all sockets read into the same bytes', async () => {
    const length = 200_000;
    let connections = 0;
    server = await MediaServer.listen((socket) => {
      const fill = 97 + connections++;
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
      socket.write(Buffer.alloc(length, fill));
    });

    const bodies = await Promise.all(Array.from({ length: 20 }, () => open()));
    const texts = await Promise.all(bodies.map((body) => textOf(body)));

    const firsts = texts.map((text) => text.charAt(0)).sort();
    expect(firsts.join('')).toBe('abcdefghijklmnopqrst');
    for (const text of texts) expect(text).toBe(text.charAt(0).repeat(length));
  });
});

describe('an exchange without a body to read', () => {
  it.each([
    [
      'a header',
      'x-amzn-ErrorType: ResourceNotFoundException:http://x/\r\ncontent-length: 0\r\n\r\n',
    ],
    ['a JSON body', 'content-length: 38\r\n\r\n{"__type":"ResourceNotFoundException"}'],
  ])('fails with the error that %s names', async (_name, rest) => {
    server = await MediaServer.listen(answering(`HTTP/1.1 404 Not Found\r\n${rest}`));

    await expect(open()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('fails when the peer speaks something else', async () => {
    server = await MediaServer.listen(answering('220 mail ready\r\n\r\n'));

    await expect(open()).rejects.toMatchObject({ name: 'MalformedResponseError' });
    await gone();
  });

  it('fails when the peer leaves without a word', async () => {
    server = await MediaServer.listen((socket) => socket.end());

    await expect(open()).rejects.toMatchObject({ name: 'MalformedResponseError' });
  });

  it('fails when the peer cannot be reached', async () => {
    server = await MediaServer.listen(() => undefined);
    const { url } = server;
    await server.close();
    server = await MediaServer.listen(() => undefined);

    const reader = new LeanMediaReader(() => control.config.signer(), sockets);
    const opening = reader.open(url, { streamArn: STREAM_ARN, position: EARLIEST }, stop.signal);

    await expect(opening).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('fails when the connection is not made in time', async () => {
    // Takes TCP connections and does not answer to TLS.
    server = await MediaServer.listen(() => undefined);
    const reader = new LeanMediaReader(() => control.config.signer(), sockets);
    const url = server.url.replace('http:', 'https:');

    const opening = reader.open(url, { streamArn: STREAM_ARN, position: EARLIEST }, stop.signal);

    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('fails when the certificate is not trusted', async () => {
    server = await MediaServer.listen(
      answering('HTTP/1.1 200 OK\r\n\r\n'),
      selfSigned('127.0.0.1'),
    );

    await expect(open()).rejects.toMatchObject({ code: expect.stringMatching(/CERT/) });
  });

  it('fails at once when the signal has aborted, or does', async () => {
    server = await MediaServer.listen(() => undefined);
    const opening = open();
    setTimeout(() => stop.abort(), 20);

    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    await expect(open()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the connections', () => {
  it('stay open while a stream is silent for longer than the connect timeout', async () => {
    server = await MediaServer.listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      setTimeout(() => socket.end('late'), 400);
    });

    expect(await textOf(await open())).toBe('late');
  });

  it('resume TLS sessions', async () => {
    const reused: boolean[] = [];
    server = await MediaServer.listen((socket) => {
      reused.push((socket as TLSSocket).isSessionReused());
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
    }, certificate);

    await textOf(await open());
    await textOf(await open());

    expect(reused).toEqual([false, true]);
  });
});
