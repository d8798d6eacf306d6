import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../local-transcribe/self-signed';
import { MediaServer } from '../kvs/media-server';

const SOCKETS = join(__dirname, '../../../functions/worker/http/shared-read-sockets.ts');
const folder = mkdtempSync(join(tmpdir(), 'extra-ca-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Connects in a process of its own, since Node reads the variable when it starts. */
async function connect(url: string, env: Record<string, string>): Promise<string> {
  const bundle = join(folder, 'sockets.cjs');
  buildSync({ entryPoints: [SOCKETS], outfile: bundle, bundle: true, platform: 'node' });
  const script = `
    const { SharedReadSockets } = require(${JSON.stringify(bundle)});
    const socket = new SharedReadSockets().open(new URL(${JSON.stringify(url)}), {
      onReady: () => { console.log('ready'); socket.destroy(); },
      onBytes() {}, onPeerEnd() {},
      onClosed: (failure) => failure && console.log(failure.code),
    });`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  await once(child, 'close');
  return output.trim();
}

describe('the certificates that our sockets trust', () => {
  it('are those of Node and of NODE_EXTRA_CA_CERTS', async () => {
    const certificate = selfSigned('127.0.0.1');
    const file = join(folder, 'ca.pem');
    writeFileSync(file, certificate.cert);
    const server = await MediaServer.listen(() => undefined, certificate);

    const trusted = await connect(server.url, { NODE_EXTRA_CA_CERTS: file });
    const untrusted = await connect(server.url, {});
    await server.close();

    expect(trusted).toBe('ready');
    expect(untrusted).toMatch(/CERT/);
  });
});
