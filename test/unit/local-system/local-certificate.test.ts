import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';

import { createLocalCertificate } from '../../../local/system/local-certificate';
import { systemEnv } from '../../../local/system/system-env';

describe('the certificate of the local system', () => {
  async function greet(host: string, authority: string | undefined): Promise<string | undefined> {
    const { key, cert, authority: own } = await createLocalCertificate();
    const server = createServer({ key, cert, ALPNProtocols: ['h2'] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect({
          host: '127.0.0.1',
          port,
          servername: host === '127.0.0.1' ? undefined : host,
          ca: authority ?? own,
          ALPNProtocols: ['h2'],
        });
        socket.once('secureConnect', () => {
          socket.destroy();
          resolve(socket.alpnProtocol || undefined);
        });
        socket.once('error', reject);
      });
    } finally {
      server.close();
    }
  }

  it.each(['127.0.0.1', 'localhost'])('is good for %s', async (host) => {
    expect(await greet(host, undefined)).toBe('h2');
  });

  it('is not good for another name', async () => {
    await expect(greet('example.com', undefined)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is trusted by nobody who does not know its authority', async () => {
    const { authority } = await createLocalCertificate();

    await expect(greet('127.0.0.1', authority)).rejects.toThrow(/certificate/);
  });
});

describe('the environment of a system with TLS', () => {
  const at = (port: number) => ({ url: `http://127.0.0.1:${port}` });
  const addresses = {
    sqs: { ...at(1), callsQueueUrl: 'calls', callsDlqUrl: 'dlq' },
    dynamoDb: at(2),
    eventBridge: at(3),
    kinesisVideo: at(4),
    transcribe: { url: 'https://127.0.0.1:5' },
    control: at(6),
  };

  it('names the authority for Node and for other AWS clients', () => {
    const env = systemEnv({ ...addresses, authorityFile: '/folder/ca.pem' }, {});

    expect(env).toMatchObject({
      NODE_EXTRA_CA_CERTS: '/folder/ca.pem',
      AWS_CA_BUNDLE: '/folder/ca.pem',
      AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: 'https://127.0.0.1:5',
    });
  });

  it('names none without TLS', () => {
    expect(systemEnv(addresses, {})).not.toHaveProperty('AWS_CA_BUNDLE');
  });
});
