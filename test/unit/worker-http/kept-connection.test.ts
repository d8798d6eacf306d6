import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  SharedReadSockets,
  SocketEvents,
} from '../../../functions/worker/http/shared-read-sockets';
import { until } from '../../support/until';
import { ScriptedServer, bodyOf, ok } from './scripted-server';

const POOL = join(__dirname, '../../../functions/worker/http/connection-pool.ts');
const SOCKETS = join(__dirname, '../../../functions/worker/http/shared-read-sockets.ts');

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.listen();
});
afterEach(() => server.close());

describe('a connection that was used', () => {
  it.each([
    ['what its server said, a second before', ok('', 'keep-alive: timeout=5'), 4_000],
    ['20 s', ok(''), 20_000],
    ['20 s, however long its server would wait', ok('', 'Keep-Alive: timeout=300'), 20_000],
  ])('uses no connection that has been idle for %s', async (_what, text, idleMs) => {
    server.answer = ({ socket }) => void socket.write(text);
    const connections = server.pool();

    await connections.exchange('a');
    server.nowMs += idleMs - 1;
    await connections.exchange('b');
    server.nowMs += idleMs;
    await connections.exchange('c');

    expect(server.connections).toEqual([0, 0, 1]);
    await until(() => server.sockets[0]!.destroyed);
  });

  it('has each answer as long as may be, not all together', async () => {
    const long = 'a'.repeat(3_000_000);
    server.answer = ({ socket }) => void socket.write(ok(long));
    const connections = server.pool({ maxConnections: 1 });

    expect((await bodyOf(connections.exchange('a'))).length).toBe(long.length);
    expect((await bodyOf(connections.exchange('b'))).length).toBe(long.length);
    expect(server.connections).toEqual([0, 0]);
  });

  it.each([
    ['connection: close', ok('a', 'connection: close')],
    ['an answer that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\na'],
  ])('uses no connection again after %s', async (_what, text) => {
    server.answer = ({ socket, connection }) => {
      if (connection === 0) socket.end(text);
      else socket.write(ok('b'));
    };
    const connections = server.pool({ maxConnections: 1 });

    const bodies = [bodyOf(connections.exchange('a')), bodyOf(connections.exchange('b'))];

    expect(await Promise.all(bodies)).toEqual(['a', 'b']);
    expect(server.connections).toEqual([0, 1]);
  });

  it.each([
    ['among other options', ok('a', 'connection: Close, TE')],
    ['in a line of its own', ok('a', 'connection: TE', 'connection: close')],
    ['by its version', ok('a').replace('HTTP/1.1', 'HTTP/1.0')],
  ])('uses no connection again of which its server says %s that it ends', async (_how, text) => {
    server.answer = ({ socket }) => void socket.write(text);
    const connections = server.pool({ maxConnections: 1 });

    const bodies = [bodyOf(connections.exchange('a')), bodyOf(connections.exchange('b'))];

    expect(await Promise.all(bodies)).toEqual(['a', 'a']);
    expect(server.connections).toEqual([0, 1]);
  });

  it('uses a connection of the older version again when it is to be kept', async () => {
    server.answer = ({ socket }) =>
      void socket.write(ok('a', 'connection: keep-alive').replace('HTTP/1.1', 'HTTP/1.0'));
    const connections = server.pool();
    await connections.exchange('a');
    await connections.exchange('b');

    expect(server.connections).toEqual([0, 0]);
  });

  it.each([
    ['a whole answer', ok('nobody asked for this')],
    ['the start of one', 'HTTP/1.1 200'],
    ['a single octet', '\n'],
  ])('lets nobody have what comes behind an answer: %s', async (_what, surplus) => {
    server.answer = ({ socket, connection, text }) =>
      void socket.write(connection === 0 ? `${ok('a')}${surplus}` : ok(text));
    const connections = server.pool({ maxConnections: 1 });

    const bodies = ['a', 'b', 'c'].map((text) => bodyOf(connections.exchange(text)));

    expect(await Promise.all(bodies)).toEqual(['a', 'b', 'c']);
    expect(server.connections).toEqual([0, 1, 1]);
  });

  it('passes over a connection that its server closed while it was idle', async () => {
    const connections = server.pool();
    await connections.exchange('a');
    server.sockets[0]!.end();
    await once(server.sockets[0]!, 'close');

    expect(await bodyOf(connections.exchange('b'))).toBe('b');
    expect(server.connections).toEqual([0, 1]);
  });

  it('passes over one that is being closed while it is asked for', async () => {
    const opened: SocketEvents[] = [];
    const open = (_url: URL, events: SocketEvents) => {
      opened.push(events);
      const socket = { destroyed: false, destroy: () => (socket.destroyed = true) };
      return Object.assign(socket, { write: () => true, ref: () => 0, unref: () => 0 });
    };
    const connections = server.pool({ sockets: { open } as unknown as SharedReadSockets });
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
    const connections = server.pool();
    await connections.exchange('a');
    server.sockets[0]!.write(ok('nobody asked for this'));
    await until(() => server.sockets[0]!.destroyed);

    expect(await bodyOf(connections.exchange('b'))).toBe('b');
  });

  it('keeps a process alive with requests that are under way, and not with idle connections', async () => {
    // The second is answered on a connection that was idle.
    server.answer = ({ socket, text }) =>
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
      const child = spawn(process.execPath, [outfile, server.url.href], {
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
