import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** PEM of the certificate, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  remove(): Promise<void>;
}

/** A certificate for 127.0.0.1 with a P-256 key, as AWS's endpoints have, in a folder of its own. */
export async function createCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'callscribe bench' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'callscribe-bench-'));
  const file = join(folder, 'ca.pem');
  await writeFile(file, made.cert);
  return {
    key: made.private,
    cert: made.cert,
    file,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
