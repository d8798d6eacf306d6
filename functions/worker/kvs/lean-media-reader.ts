import { HttpRequest } from '@smithy/core/transport';

import { postHead } from '../http/request-head';
import { SharedReadSockets } from '../http/shared-read-sockets';
import { AfterReads } from './after-reads';
import { BodyMemory } from './body-memory';
import { kvsError } from './errors';
import { exchange } from './media-exchange';
import { requestBody, type MediaReader, type MediaRequest } from './media-request';

const PATH = '/getMedia';

/** What an SDK client signs its requests with. */
export interface RequestSigner {
  sign(request: HttpRequest): Promise<{ readonly headers: Readonly<Record<string, string>> }>;
}

/**
 * GetMedia over HTTP/1.1 sockets of ours (`MEDIA_READER=lean`): all of them read into one buffer,
 * from which the body's bytes are copied once. Through the SDK each read allocates 64 KB and
 * passes through two streams.
 */
export class LeanMediaReader implements MediaReader {
  /** For what is read from all connections. */
  readonly #memory = new BodyMemory();
  readonly #afterReads = new AfterReads();

  constructor(
    /** The signer of an SDK client for service `kinesisvideo`, with its credentials and region. */
    private readonly signer: () => Promise<RequestSigner>,
    private readonly sockets: SharedReadSockets = new SharedReadSockets(),
  ) {}

  async open(
    endpoint: string,
    request: MediaRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const url = new URL(PATH, endpoint);
    return exchange(await this.#signed(url, requestBody(request)), {
      url,
      sockets: this.sockets,
      memory: this.#memory,
      afterReads: this.#afterReads,
      signal,
      toError: (reason) => kvsError(reason, request.streamArn),
    });
  }

  /** Connections live and end with their readers. */
  close(): void {}

  async #signed(url: URL, body: string): Promise<string> {
    const signer = await this.signer();
    const { headers } = await signer.sign(
      new HttpRequest({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: PATH,
        headers: {
          host: url.host,
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        },
        body,
      }),
    );
    return `${postHead(PATH, headers)}\r\n${body}`;
  }
}
