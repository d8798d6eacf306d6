import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';

export interface Answer {
  /** The service's clock when it answered, to the second; absent when it does not say. */
  readonly dateMs?: number;
  /** When the answer came, by `nowMs`, and how long it took. */
  readonly atMs: number;
  readonly tookMs: number;
}

/**
 * Asks for `/` without signing: whatever the answer is, somebody is there. Rejects with what the
 * connection fails with.
 */
export async function probe(
  url: string,
  protocol: 'http/1.1' | 'h2',
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Answer> {
  const startedMs = performance.now();
  const date = await (protocol === 'h2' ? dateOverHttp2(url, signal) : dateOverHttp(url, signal));
  const dateMs = Date.parse(date ?? '');
  return {
    ...(Number.isNaN(dateMs) ? {} : { dateMs }),
    atMs: nowMs(),
    tookMs: performance.now() - startedMs,
  };
}

function dateOverHttp(url: string, signal: AbortSignal): Promise<string | undefined> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, { signal, agent: false }, (response) => {
      response.destroy();
      resolve(response.headers.date);
    })
      .once('error', reject)
      .end();
  });
}

function dateOverHttp2(url: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    const abort = () => session.destroy(new Error('the time is over'));
    signal.addEventListener('abort', abort, { once: true });
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', abort);
      end();
      session.destroy();
    };
    session.once('error', (reason) => settle(() => reject(reason)));
    const stream = session.request({ ':path': '/' });
    stream.on('error', (reason) => settle(() => reject(reason)));
    stream.once('response', ({ date }) => settle(() => resolve(date)));
    // A server may take the connection down without a word.
    session.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}
