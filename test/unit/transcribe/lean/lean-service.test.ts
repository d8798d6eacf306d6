import { once } from 'node:events';
import { createSecureServer, type ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { LeanService } from '../../../../functions/worker/transcribe/lean/lean-service';
import { selfSigned } from '../../local-transcribe/self-signed';

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const ENDPOINT_VARIABLE = 'AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING';

describe('LeanService', () => {
  const client = (options = {}) =>
    new TranscribeStreamingClient({ region: 'eu-west-1', credentials: KEYS, ...options });

  afterEach(() => {
    delete process.env[ENDPOINT_VARIABLE];
  });

  it('finds the service of the region', async () => {
    expect(await new LeanService(client()).endpoint()).toEqual({
      origin: 'https://transcribestreaming.eu-west-1.amazonaws.com',
      host: 'transcribestreaming.eu-west-1.amazonaws.com',
      basePath: '',
      signingRegion: 'eu-west-1',
    });
  });

  it('finds what the SDK finds in its variable', async () => {
    process.env[ENDPOINT_VARIABLE] = 'http://127.0.0.1:4711/base/';

    expect(await new LeanService(client()).endpoint()).toEqual({
      origin: 'http://127.0.0.1:4711',
      host: '127.0.0.1:4711',
      basePath: '/base',
      signingRegion: 'eu-west-1',
    });
  });

  it('finds the endpoint that the client was given', async () => {
    const service = new LeanService(client({ endpoint: 'https://localhost:4712' }));

    expect(await service.endpoint()).toMatchObject({ origin: 'https://localhost:4712' });
  });

  it('asks again for an endpoint that could not be found', async () => {
    let isKnown = false;
    const region = () =>
      isKnown ? Promise.resolve('eu-west-1') : Promise.reject(new Error('no region'));
    const service = new LeanService(client({ region }));

    await expect(service.endpoint()).rejects.toThrow('no region');
    isKnown = true;

    expect(await service.endpoint()).toMatchObject({ signingRegion: 'eu-west-1' });
  });

  it('has one signer until the credentials change', async () => {
    let secretAccessKey = 'first';
    const credentials = () =>
      Promise.resolve({ ...KEYS, secretAccessKey, expiration: new Date(Date.now() - 1) });
    const service = new LeanService(client({ credentials }));

    const first = await service.signer();
    const same = await service.signer();
    secretAccessKey = 'second';
    const other = await service.signer();

    expect(same).toBe(first);
    expect(other.requests.credentials.secretAccessKey).toBe('second');
  });

  it('resumes TLS sessions: the next handshake needs no certificate', async () => {
    const { key, cert } = selfSigned('127.0.0.1');
    const server = createSecureServer({ key, cert });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const service = new LeanService(client(), cert);
    const reused: boolean[] = [];
    const sessions: ClientHttp2Session[] = [];

    for (let connections = 0; connections < 3; connections++) {
      const session = service.connect(origin);
      sessions.push(session);
      // Tickets follow the handshake; the settings of the server come after them.
      await once(session, 'remoteSettings');
      reused.push((session.socket as TLSSocket).isSessionReused());
    }

    expect(reused).toEqual([false, true, true]);
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('resumes nothing after a connection that failed', async () => {
    const { key, cert } = selfSigned('127.0.0.1');
    const server = createSecureServer({ key, cert });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const service = new LeanService(client(), cert);
    const first = service.connect(`https://127.0.0.1:${port}`);
    await once(first, 'remoteSettings');
    await once(service.connect('https://127.0.0.1:1'), 'error');

    const second = service.connect(`https://127.0.0.1:${port}`);
    await once(second, 'remoteSettings');

    expect((second.socket as TLSSocket).isSessionReused()).toBe(false);
    first.destroy();
    second.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('trusts nobody whom it was not told to', async () => {
    const { key, cert } = selfSigned('127.0.0.1');
    const server = createSecureServer({ key, cert });
    server.on('sessionError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const session = new LeanService(client()).connect(`https://127.0.0.1:${port}`);

    const [error] = (await once(session, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    await new Promise((resolve) => server.close(resolve));
  });
});
