import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Name of the error; absent for what proxies answer. */
  readonly type?: string;
  readonly message?: string;
  /** The whole body, in place of an error. */
  readonly body?: string;
}

/**
 * A server on 127.0.0.1 that gives every request the same answer, in the wire form of AWS's JSON
 * protocols: for errors that no stand-in can be brought to make, and that the real SDK then makes
 * of it. `undefined` never answers.
 */
export async function answering<T>(
  answer: Answer | undefined,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    request.resume();
    if (answer === undefined) return;
    const { status, type, message = 'as asked for', body } = answer;
    response.writeHead(status, {
      'content-type':
        type === undefined && body === undefined ? 'text/html' : 'application/x-amz-json-1.0',
      ...(type === undefined ? {} : { 'x-amzn-errortype': type }),
    });
    const html = '<html>no service</html>';
    response.end(body ?? (type === undefined ? html : JSON.stringify({ __type: type, message })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
