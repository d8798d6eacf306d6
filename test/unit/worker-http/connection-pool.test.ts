import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  ConnectionPool,
  type ConnectionPoolOptions,
} from '../../../functions/worker/http/connection-pool';
import { SharedReadSockets } from '../../../functions/worker/http/shared-read-sockets';
import { until } from '../../support/until';

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

  it('passes over a connection that its server closed while it was idle', async () => {
    const connections = pool();
    await connections.exchange('a');
    sockets[0]!.end();
    await once(sockets[0]!, 'close');

    expect(await bodyOf(connections.exchange('b'))).toBe('b');
    expect(connectionsOf()).toEqual([0, 1]);
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
    for (const { ms } of failures) expect(ms).toBeGreaterThanOrEqual(59);
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

  it('keeps no process alive with idle connections', async () => {
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
        pool.exchange('a').then(({ body }) => console.log(body.toString()));`;
      const stdin = { contents, resolveDir: __dirname };
      buildSync({ stdin, outfile, bundle: true, platform: 'node' });
      const child = spawn(process.execPath, [outfile, urlOfServer().href], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (text) => (output += String(text)));

      await once(child, 'close');

      expect(output).toBe('a\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
