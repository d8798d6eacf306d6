import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';

import { SharedReadSockets } from '../../../functions/worker/http/shared-read-sockets';
import { until } from '../../support/until';
import { selfSigned } from '../local-transcribe/self-signed';
import { ScriptedServer, bodyOf, ok } from './scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.listen();
});
afterEach(() => server.close());

/** Where nobody listens. */
async function deadUrl(): Promise<URL> {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  return new URL(`http://127.0.0.1:${port}`);
}

describe('ConnectionPool', () => {
  it('brings each answer to its request, whole', async () => {
    server.answer = ({ socket, text }) => {
      const bytes = Buffer.from(ok(`ä${text}`, 'x-amzn-errortype: None'));
      for (const byte of bytes) socket.write(Buffer.of(byte));
    };
    const connections = server.pool();

    const answers = await Promise.all(['a', 'b'].map((text) => connections.exchange(text)));

    expect(answers.map(({ body }) => body.toString())).toEqual(['äa', 'äb']);
    expect(answers[0]).toMatchObject({ status: 200 });
    expect(answers[0]!.headers.get('x-amzn-errortype')).toBe('None');
  });

  it('uses the connection again that was used last', async () => {
    const connections = server.pool();
    await Promise.all([connections.exchange('a'), connections.exchange('b')]);
    await connections.exchange('c');
    await connections.exchange('d');

    const [, , third, fourth] = server.connections;
    expect(server.sockets).toHaveLength(2);
    expect(fourth).toBe(third);
  });

  it('lets requests wait in their order while all connections are busy', async () => {
    server.answer = () => undefined;
    const connections = server.pool({ maxConnections: 1 });
    const answers = ['a', 'b', 'c'].map((text) => bodyOf(connections.exchange(text)));
    for (let count = 1; count <= 3; count++) {
      await until(() => server.requests.length === count);
      server.requests[count - 1]!.socket.write(ok(`${count}`));
    }

    expect(await Promise.all(answers)).toEqual(['1', '2', '3']);
    expect(server.requests.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(server.sockets).toHaveLength(1);
  });

  it('opens another connection for who waits when one breaks', async () => {
    server.answer = ({ socket, text }) =>
      void (text === 'a' ? socket.destroy() : socket.write(ok(text)));
    const connections = server.pool({ maxConnections: 1 });

    const broken = connections.exchange('a');
    const waiting = bodyOf(connections.exchange('b'));

    await expect(broken).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await waiting).toBe('b');
  });

  it.each<[string, string, object]>([
    ['is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', { code: 'ECONNRESET' }],
    ['does not come', '', { code: 'ECONNRESET' }],
    ['is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', { name: 'MalformedResponseError' }],
    ['is too long', ok('x'.repeat(4 * 1024 * 1024 + 1)), { message: 'the answer is too long' }],
  ])('rejects an answer that %s, and works on', async (_what, text, error) => {
    server.answer = ({ socket, connection }) =>
      void (connection === 0 ? socket.end(text) : undefined);
    const connections = server.pool();

    await expect(connections.exchange('a')).rejects.toMatchObject(error);

    server.answer = ({ socket }) => void socket.write(ok('b'));
    expect(await bodyOf(connections.exchange('b'))).toBe('b');
  });

  it('fails with its connection when nobody answers there, and so does what waits', async () => {
    const connections = server.pool({ url: await deadUrl(), maxConnections: 1 });

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
    const connections = server.pool({ url, sockets: new SharedReadSockets({ trust }) });

    const bodies = [
      await bodyOf(connections.exchange('a')),
      await bodyOf(connections.exchange('b')),
    ];
    const distrusted = await server
      .pool({ url })
      .exchange('c')
      .catch((reason: unknown) => reason);
    for (const socket of handshakes) socket.destroy();
    tls.close();

    expect(bodies).toEqual(['a!', 'b!']);
    expect(handshakes).toHaveLength(1);
    expect(distrusted).toMatchObject({ code: expect.stringMatching(/CERT/) as string });
  });

  it('gives each request its own time', async () => {
    server.answer = () => undefined;
    const connections = server.pool({
      timeoutMs: 60,
      clock: { monotonicMs: () => performance.now() },
    });
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
    await until(() => server.sockets.every(({ destroyed }) => destroyed));
  });

  it('ends the request first that began first, whatever its connection did before', async () => {
    server.answer = ({ socket, text }) => {
      if (text === 'a') socket.write(ok('a'));
      if (text === 'b') setTimeout(() => socket.write(ok('b')), 10);
    };
    const clock = { monotonicMs: () => performance.now() };
    const connections = server.pool({ timeoutMs: 150, clock });
    await Promise.all([connections.exchange('a'), connections.exchange('b')]);
    const ended: string[] = [];
    const fails = (request: string) =>
      expect(
        connections.exchange(request).finally(() => ended.push(request)),
      ).rejects.toMatchObject({ name: 'TimeoutError' });
    // On the second connection, which was used last; then the other one, in use before it.
    const first = fails('c');
    await new Promise((resolve) => setTimeout(resolve, 75));
    await Promise.all([first, fails('d')]);

    expect(ended).toEqual(['c', 'd']);
    expect(server.connections).toEqual([0, 1, 1, 0]);
  });

  it('has no connection too many when one that was idle for too long is gone', async () => {
    server.answer = ({ socket, text }) => void (text !== 'b' && socket.write(ok(text)));
    const connections = server.pool({ maxConnections: 1 });
    await connections.exchange('a');
    server.nowMs += 60_000;
    const second = bodyOf(connections.exchange('b'));
    const waiting = bodyOf(connections.exchange('c'));
    await until(() => server.sockets[0]!.destroyed && server.requests.length === 2);
    // Time for a third connection to be made, if one were.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.connections).toEqual([0, 1]);

    server.requests[1]!.socket.write(ok('b'));

    expect(await Promise.all([second, waiting])).toEqual(['b', 'c']);
    expect(server.connections).toEqual([0, 1, 1]);
  });

  it('ends what is under way when it is aborted, and lets the next one go', async () => {
    server.answer = ({ socket, text }) => void (text === 'b' && socket.write(ok('b')));
    const stop = new AbortController();
    const connections = server.pool({ maxConnections: 1 });
    const stopped = connections.exchange('a', stop.signal);
    const waiting = bodyOf(connections.exchange('b'));
    await until(() => server.requests.length === 1);
    stop.abort();

    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await waiting).toBe('b');
  });

  it('ends what waits when it is aborted, and never sends it', async () => {
    server.answer = () => undefined;
    const stop = new AbortController();
    const connections = server.pool({ maxConnections: 1 });
    const first = bodyOf(connections.exchange('a'));
    const stopped = connections.exchange('b', stop.signal);
    const last = bodyOf(connections.exchange('c'));
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    for (let count = 1; count <= 2; count++) {
      await until(() => server.requests.length === count);
      server.requests[count - 1]!.socket.write(ok(`${count}`));
    }

    expect(await Promise.all([first, last])).toEqual(['1', '2']);
    expect(server.requests.map(({ text }) => text)).toEqual(['a', 'c']);
  });

  it('leaves the next request on a connection alone when the one before is aborted late', async () => {
    const stop = new AbortController();
    const connections = server.pool({ maxConnections: 1 });
    await connections.exchange('a', stop.signal);
    server.answer = () => undefined;
    const next = bodyOf(connections.exchange('b'));
    await until(() => server.requests.length === 2);
    stop.abort();
    server.requests[1]!.socket.write(ok('b'));

    expect(await next).toBe('b');
    expect(server.sockets).toHaveLength(1);
  });
});
