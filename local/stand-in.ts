import type { AddressInfo } from 'node:net';

/** What every `start…` function of a stand-in resolves to. */
export interface StandIn {
  /** `http://127.0.0.1:PORT`; stand-ins never listen anywhere else. */
  readonly url: string;
  close(): Promise<void>;
}

/** Every stand-in accepts any account; this one stands in ARNs. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';
/** The credentials that stand-ins which check signatures expect by default. */
export const LOCAL_CREDENTIALS = {
  accessKeyId: 'AKIALOCALCALLSCRIBE0',
  secretAccessKey: 'local-secret-key-for-stand-ins-only',
} as const;

export interface ListeningServer {
  listen(port: number, host: string, ready: () => void): unknown;
  address(): string | AddressInfo | null;
  once(event: 'error', listener: (reason: Error) => void): unknown;
}

/** Listens on a free port of 127.0.0.1 (or the given one) and returns the URL. */
export function listenLocally(server: ListeningServer, port = 0, scheme = 'http'): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('stand-in has no TCP address'));
        return;
      }
      resolve(`${scheme}://127.0.0.1:${address.port}`);
    });
  });
}
