import { hash } from 'node:crypto';

import { ConnectionPool } from '../http/connection-pool';
import { SharedReadSockets } from '../http/shared-read-sockets';
import { errorOfAnswer } from './answer-error';
import { ServiceAccess, type CommandClass, type Endpoint, type SdkClient } from './endpoint';
import { signed, type RequestSigner, type SigningDraft } from './request-signer';

const HTTP_OK = 200;

/** Fails with `AbortError` when the signal aborts. */
export type AwsCall<I, O> = (input: I, signal?: AbortSignal) => Promise<O>;

/** One operation of a service that speaks AWS JSON: one POST to `/`, names as in the model. */
export interface JsonOperation {
  /** The SDK's class of the operation, for the endpoint. */
  readonly command: CommandClass;
  readonly signingName: string;
  /** As in `x-amz-target`. */
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
}

export interface JsonCallOptions {
  /** Without an answer for so long, connecting included, a request has failed: `TimeoutError`. */
  readonly timeoutMs: number;
  readonly maxSockets: number;
  readonly sockets?: SharedReadSockets;
  /** Scheme, host and port to use in place of those of the client's endpoint. */
  readonly origin?: string;
  readonly epochMs?: () => number;
}

/**
 * Calls one operation without the SDK's layers, at a third of their cost, for what is called for
 * every record or, at each heartbeat, for every call. Access is the configured client's. Fails with
 * the SDK's error names. Not repeated: callers do. For inputs of strings, numbers and plain
 * objects: bytes and dates would need codecs.
 */
export function jsonCall<I extends object, O>(
  client: SdkClient,
  operation: JsonOperation,
  options: JsonCallOptions,
): AwsCall<I, O> {
  const { timeoutMs, maxSockets, origin, epochMs = Date.now } = options;
  const sockets = options.sockets ?? new SharedReadSockets();
  const access = new ServiceAccess(client, operation.command, operation.signingName);
  let pool: ConnectionPool | undefined;
  let known: SignedHead | undefined;
  const prepared = async (second: number) => {
    const endpoint = atOrigin(await access.endpoint(), origin);
    // A service's endpoint stays the same.
    pool ??= new ConnectionPool({
      url: new URL(endpoint.origin),
      sockets,
      maxConnections: maxSockets,
      timeoutMs,
    });
    known = signedHead(endpoint, await access.signer(), operation, second);
    return { head: known, pool };
  };
  return async (input, signal) => {
    const second = Math.floor(epochMs() / 1000);
    const { head, pool: connections } =
      known?.second === second && pool !== undefined
        ? { head: known, pool }
        : await prepared(second);
    const body = JSON.stringify(input);
    const { authorization } = signed(head.draft, hash('sha256', body));
    const answer = await connections.exchange(
      `${head.text}content-length: ${Buffer.byteLength(body)}\r\n` +
        `authorization: ${authorization}\r\n\r\n${body}`,
      signal,
    );
    if (answer.status !== HTTP_OK) {
      throw errorOfAnswer(answer.status, Object.fromEntries(answer.headers), answer.body);
    }
    // The model's word is taken for it, as the SDK does.
    return JSON.parse(answer.body.toString()) as O;
  };
}

/** What an operation's requests of one second have in common. */
interface SignedHead {
  readonly second: number;
  /** Request line and headers; what depends on the body is still missing. */
  readonly text: string;
  readonly draft: SigningDraft;
}

function signedHead(
  endpoint: Endpoint,
  signer: RequestSigner,
  { target, contentType }: JsonOperation,
  second: number,
): SignedHead {
  const { sessionToken } = signer.credentials;
  const epochMs = second * 1000;
  const headers: Record<string, string> = {
    'content-type': contentType,
    host: endpoint.host,
    'x-amz-date': signer.at(epochMs).amzDate,
    'x-amz-target': target,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    second,
    text: `POST ${pathOf(endpoint)} HTTP/1.1\r\n${lines.join('')}`,
    draft: signer.draft({ method: 'POST', path: pathOf(endpoint), headers }, epochMs),
  };
}

function atOrigin(endpoint: Endpoint, origin: string | undefined): Endpoint {
  return origin === undefined ? endpoint : { ...endpoint, origin, host: new URL(origin).host };
}

function pathOf({ basePath }: Endpoint): string {
  return `${basePath}/`;
}
