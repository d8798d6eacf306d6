import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';

import {
  ConnectionPool,
  type ConnectionPoolOptions,
} from '../../../functions/worker/http/connection-pool';
import {
  SharedReadSockets,
  type SocketEvents,
} from '../../../functions/worker/http/shared-read-sockets';
import { until } from '../../support/until';
import { selfSigned } from '../local-transcribe/self-signed';

const POOL = join(__dirname, '../../../functions/worker/http/connection-pool.ts');
const SOCKETS = join(__dirname, '../../../functions/worker/http/shared-read-sockets.ts');

interface Request {
  readonly socket: Socket;
  /** Which connection of the server it came on, from 0. */
  readonly connection: number;
  readonly text: string;
}

let server: Server;
let sockets: Socket[];
let requests: Request[];
/** What the server does with a request; each request is one packet. */
let answer: (request: Request) => void;
let nowMs: number;

beforeEach(async () => {
  sockets = [];
  requests = [];
  nowMs = 0;
  answer = ({ socket, text }) => void socket.write(ok(text));
  server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const request = { socket, connection, text: bytes.toString() };
      requests.push(request);
      answer(request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

const urlOfServer = () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

function pool(options: Partial<ConnectionPoolOptions> = {}): ConnectionPool {
  return new ConnectionPool({
    url: urlOfServer(),
    sockets: new SharedReadSockets(),
    maxConnections: 2,
    timeoutMs: 5_000,
    clock: { monotonicMs: () => nowMs },
    ...options,
  });
}

/** Where nobody listens. */
async function deadUrl(): Promise<URL> {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  return new URL(`http://127.0.0.1:${port}`);
}

function ok(body: string, ...headers: string[]): string {
  const lines = ['HTTP/1.1 200 OK', `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const bodyOf = async (answered: ReturnType<ConnectionPool['exchange']>) =>
  (await answered).body.toString();
const connectionsOf = () => requests.map(({ connection }) => connection);

describe('ConnectionPool', () => {
  it('brings each answer to its request, whole', async () => {
    answer = ({ socket, text }) => {
      const bytes = Buffer.from(ok(`ä${text}`, 'x-amzn-errortype: None'));
      for (const byte of bytes) socket.write(Buffer.of(byte));
    };
    const connections = pool();

    const answers = await Promise.all(['a', 'b'].map((text) => connections.exchange(text)));

    expect(answers.map(({ body }) => body.toString())).toEqual(['äa', 'äb']);
    expect(answers[0]).toMatchObject({ status: 200 });
    expect(answers[0]!.headers.get('x-amzn-errortype')).toBe('None');
  });

  it('uses the connection again that was used last', async () => {
    const connections = pool();
    await Promise.all([connections.exchange('a'), connections.exchange('b')]);
    await connections.exchange('c');
    await connections.exchange('d');

    const [, , third, fourth] = connectionsOf();
    expect(sockets).toHaveLength(2);
    expect(fourth).toBe(third);
  });

  it('lets requests wait in their order while all connections are busy', async () => {
    answer = () => undefined;
    const connections = pool({ maxConnections: 1 });
    const answers = ['a', 'b', 'c'].map((text) => bodyOf(connections.exchange(text)));
    for (let count = 1; count <= 3; count++) {
      await until(() => requests.length === count);
      requests[count - 1]!.socket.write(ok(`${count}`));
    }

    expect(await Promise.all(answers)).toEqual(['1', '2', '3']);
    expect(requests.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(sockets).toHaveLength(1);
  });

  it('opens another connection for who waits when one breaks', async () => {
    answer = ({ socket, text }) => void (text === 'a' ? socket.destroy() : socket.write(ok(text)));
    const connections = pool({ maxConnections: 1 });

    const broken = connections.exchange('a');
    const waiting = bodyOf(connections.exchange('b'));

    await expect(broken).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await waiting).toBe('b');
  });

  it.each([
    ['what its server said, a second before', ok('', 'keep-alive: timeout=5'), 4_000],
    ['20 s', ok(''), 20_000],
    ['20 s, however long its server would wait', ok('', 'Keep-Alive: timeout=300'), 20_000],
  ])('uses no connection that has been idle for %s', async (_what, text, idleMs) => {
    answer = ({ socket }) => void socket.write(text);
    const connections = pool();

    await connections.exchange('a');
    nowMs += idleMs - 1;
    await connections.exchange('b');
    nowMs += idleMs;
    await connections.exchange('c');

    expect(connectionsOf()).toEqual([0, 0, 1]);
    await until(() => sockets[0]!.destroyed);
  });

  it.each([
    ['connection: close', ok('a', 'connection: close')],
    ['an answer that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\na'],
  ])('uses no connection again after %s', async (_what, text) => {
    answer = ({ socket, connection }) => {
      if (connection === 0) socket.end(text);
      else socket.write(ok('b'));
    };
    const connections = pool({ maxConnections: 1 });

    const bodies = [bodyOf(connections.exchange('a')), bodyOf(connections.exchange('b'))];

    expect(await Promise.all(bodies)).toEqual(['a', 'b']);
    expect(connectionsOf()).toEqual([0, 1]);
  });

  it.each([
    ['among other options', ok('a', 'connection: Close, TE')],
    ['in a line of its own', ok('a', 'connection: TE', 'connection: close')],
    ['by its version', ok('a').replace('HTTP/1.1', 'HTTP/1.0')],
  ])('uses no connection again of which its server says %s that it ends', async (_how, text) => {
    answer = ({ socket }) => void socket.write(text);
    const connections = pool({ maxConnections: 1 });

    const bodies = [bodyOf(connections.exchange('a')), bodyOf(connections.exchange('b'))];

    expect(await Promise.all(bodies)).toEqual(['a', 'a']);
    expect(connectionsOf()).toEqual([0, 1]);
  });

  it('uses a connection of the older version again when it is to be kept', async () => {
    answer = ({ socket }) =>
      void socket.write(ok('a', 'connection: keep-alive').replace('HTTP/1.1', 'HTTP/1.0'));
    const connections = pool();
    await connections.exchange('a');
    await connections.exchange('b');

    expect(connectionsOf()).toEqual([0, 0]);
  });

  it.each([
    ['a whole answer', ok('nobody asked for this')],
    ['the start of one', 'HTTP/1.1 200'],
    ['a single octet', '\n'],
  ])('lets nobody have what comes behind an answer: %s', async (_what, surplus) => {
    answer = ({ socket, connection, text }) =>
      void socket.write(connection === 0 ? `${ok('a')}${surplus}` : ok(text));
    const connections = pool({ maxConnections: 1 });

    const bodies = ['a', 'b', 'c'].map((text) => bodyOf(connections.exchange(text)));

    expect(await Promise.all(bodies)).toEqual(['a', 'b', 'c']);
    expect(connectionsOf()).toEqual([0, 1, 1]);
  });

  it('passes over a connection that its server closed while it was idle', async () => {
    const connections = pool();
    await connections.exchange('a');
    sockets[0]!.end();
    await once(sockets[0]!, 'close');

    expect(await bodyOf(connections.exchange('b'))).toBe('b');
    expect(connectionsOf()).toEqual([0, 1]);
  });

  it('passes over one that is being closed while it is asked for', async () => {
    const opened: SocketEvents[] = [];
    const open = (_url: URL, events: SocketEvents) => {
      opened.push(events);
      const socket = { destroyed: false, destroy: () => (socket.destroyed = true) };
      return Object.assign(socket, { write: () => true, ref: () => 0, unref: () => 0 });
    };
    const connections = pool({ sockets: { open } as unknown as SharedReadSockets });
    const first = connections.exchange('a');
    opened[0]!.onReady();
    const bytes = Buffer.from(ok('a'));
    opened[0]!.onBytes(bytes, bytes.length);
    await first;

    // `onClosed` comes a turn of the loop later.
    opened[0]!.onPeerEnd();
    void connections.exchange('b').catch(() => undefined);

    expect(opened).toHaveLength(2);
  });

  it('closes a connection on which something comes unasked', async () => {
    const connections = pool();
    await connections.exchange('a');
    sockets[0]!.write(ok('nobody asked for this'));
    await until(() => sockets[0]!.destroyed);

    expect(await bodyOf(connections.exchange('b'))).toBe('b');
  });

  it.each<[string, string, object]>([
    ['is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', { code: 'ECONNRESET' }],
    ['does not come', '', { code: 'ECONNRESET' }],
    ['is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', { name: 'MalformedResponseError' }],
    ['is too long', ok('x'.repeat(4 * 1024 * 1024 + 1)), { message: 'the answer is too long' }],
  ])('rejects an answer that %s, and works on', async (_what, text, error) => {
    answer = ({ socket, connection }) => void (connection === 0 ? socket.end(text) : undefined);
    const connections = pool();

    await expect(connections.exchange('a')).rejects.toMatchObject(error);

    answer = ({ socket }) => void socket.write(ok('b'));
    expect(await bodyOf(connections.exchange('b'))).toBe('b');
  });

  it('fails with its connection when nobody answers there, and so does what waits', async () => {
    const connections = pool({ url: await deadUrl(), maxConnections: 1 });

    const failures = await Promise.all(
      ['a', 'b'].map((text) => connections.exchange(text).catch((reason: unknown) => reason)),
    );

    expect(failures).toMatchObject([{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }]);
  });

  it('goes over TLS, with one handshake for what comes one after the other', async () => {
    const certificate = selfSigned('127.0.0.1');
    const handshakes: Socket[] = [];
    const tls = createTlsServer(certificate, (socket) => {
      handshakes.push(socket);
      socket.on('data', (bytes: Buffer) => void socket.write(ok(`${bytes.toString()}!`)));
    });
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const url = new URL(`https://127.0.0.1:${(tls.address() as AddressInfo).port}`);
    const trust = createSecureContext({ ca: certificate.cert });
    const connections = pool({ url, sockets: new SharedReadSockets({ trust }) });

    const bodies = [
      await bodyOf(connections.exchange('a')),
      await bodyOf(connections.exchange('b')),
    ];
    const distrusted = await pool({ url })
      .exchange('c')
      .catch((reason: unknown) => reason);
    for (const socket of handshakes) socket.destroy();
    tls.close();

    expect(bodies).toEqual(['a!', 'b!']);
    expect(handshakes).toHaveLength(1);
    expect(distrusted).toMatchObject({ code: expect.stringMatching(/CERT/) as string });
  });

  it('gives each request its own time', async () => {
    answer = () => undefined;
    const connections = pool({ timeoutMs: 60, clock: { monotonicMs: () => performance.now() } });
    const failureOf = async (text: string) => {
      const startedMs = performance.now();
      const reason = await connections.exchange(text).catch((error: unknown) => error);
      return { name: (reason as Error).name, ms: performance.now() - startedMs };
    };

    const first = failureOf('a');
    await new Promise((resolve) => setTimeout(resolve, 35));
    const failures = await Promise.all([first, failureOf('b')]);

    expect(failures.map(({ name }) => name)).toEqual(['TimeoutError', 'TimeoutError']);
    // Timers may fire a millisecond early.
    for (const { ms } of failures) {
      expect(ms).toBeGreaterThanOrEqual(59);
      expect(ms).toBeLessThan(1_000);
    }
    // Answers that come now belong to nobody; the connections are gone.
    await until(() => sockets.every(({ destroyed }) => destroyed));
  });

  it('ends what is under way when it is aborted, and lets the next one go', async () => {
    answer = ({ socket, text }) => void (text === 'b' && socket.write(ok('b')));
    const stop = new AbortController();
    const connections = pool({ maxConnections: 1 });
    const stopped = connections.exchange('a', stop.signal);
    const waiting = bodyOf(connections.exchange('b'));
    await until(() => requests.length === 1);
    stop.abort();

    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await waiting).toBe('b');
  });

  it('ends what waits when it is aborted, and never sends it', async () => {
    answer = () => undefined;
    const stop = new AbortController();
    const connections = pool({ maxConnections: 1 });
    const first = bodyOf(connections.exchange('a'));
    const stopped = connections.exchange('b', stop.signal);
    const last = bodyOf(connections.exchange('c'));
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    for (let count = 1; count <= 2; count++) {
      await until(() => requests.length === count);
      requests[count - 1]!.socket.write(ok(`${count}`));
    }

    expect(await Promise.all([first, last])).toEqual(['1', '2']);
    expect(requests.map(({ text }) => text)).toEqual(['a', 'c']);
  });

  it('leaves the next request on a connection alone when the one before is aborted late', async () => {
    const stop = new AbortController();
    const connections = pool({ maxConnections: 1 });
    await connections.exchange('a', stop.signal);
    answer = () => undefined;
    const next = bodyOf(connections.exchange('b'));
    await until(() => requests.length === 2);
    stop.abort();
    requests[1]!.socket.write(ok('b'));

    expect(await next).toBe('b');
    expect(sockets).toHaveLength(1);
  });

  it('keeps a process alive with requests that are under way, and not with idle connections', async () => {
    // The second is answered on a connection that was idle.
    answer = ({ socket, text }) =>
      void setTimeout(() => socket.write(ok(text)), text === 'b' ? 300 : 0);
    const folder = mkdtempSync(join(tmpdir(), 'connection-pool-'));
    try {
      const outfile = join(folder, 'pool.cjs');
      const contents = `
        import { ConnectionPool } from ${JSON.stringify(POOL)};
        import { SharedReadSockets } from ${JSON.stringify(SOCKETS)};
        const pool = new ConnectionPool({
          url: new URL(process.argv[2]), sockets: new SharedReadSockets(),
          maxConnections: 1, timeoutMs: 60000,
        });
        const show = ({ body }) => console.log(body.toString());
        pool.exchange('a').then(show).then(() => pool.exchange('b')).then(show);`;
      const stdin = { contents, resolveDir: __dirname };
      buildSync({ stdin, outfile, bundle: true, platform: 'node' });
      const child = spawn(process.execPath, [outfile, urlOfServer().href], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (text) => (output += String(text)));

      await once(child, 'close');

      expect(output).toBe('a\nb\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
