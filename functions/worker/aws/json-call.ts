import { hash } from 'node:crypto';
import { validateHeaderValue } from 'node:http';

import { ConnectionPool } from '../http/connection-pool';
import { postHead } from '../http/request-head';
import { SharedReadSockets } from '../http/shared-read-sockets';
import { errorOfAnswer } from './answer-error';
import { ServiceAccess, type CommandClass, type Endpoint, type SdkClient } from './endpoint';
import { signed, type RequestSigner, type SigningDraft } from './request-signer';

const HTTP_OK = 200;

/** Fails with `AbortError` when the signal aborts; not while credentials are fetched. */
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
  /**
   * Without an answer for so long a request has failed: `TimeoutError`; for connecting three
   * seconds. What it waits for one of `maxSockets` connections, or for credentials, does not count.
   */
  readonly timeoutMs: number;
  readonly maxSockets: number;
  /** By default of its own. */
  readonly sockets?: SharedReadSockets;
  /** Scheme, host and port to use in place of those of the client's endpoint. */
  readonly origin?: string;
  readonly epochMs?: () => number;
}

/**
 * Calls one operation without the SDK's layers and Node's HTTP client, for what is called for
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
  let known: PreparedCall | undefined;
  const prepared = async (second: number) => {
    const endpoint = atOrigin(await access.endpoint(), origin);
    // A service's endpoint stays the same.
    pool ??= new ConnectionPool({
      url: new URL(endpoint.origin),
      sockets,
      maxConnections: maxSockets,
      timeoutMs,
    });
    const head = signedHead(endpoint, await access.signer(), operation, second);
    return (known = { ...head, pool });
  };
  return async (input, signal) => {
    const second = Math.floor(epochMs() / 1000);
    const call = known?.second === second ? known : await prepared(second);
    const body = JSON.stringify(input);
    const { authorization } = signed(call.draft, hash('sha256', body));
    const answer = await call.pool.exchange(
      `${call.text}content-length: ${Buffer.byteLength(body)}\r\n` +
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
interface PreparedCall extends SignedHead {
  readonly pool: ConnectionPool;
}

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
  const draft = signer.draft({ method: 'POST', path: pathOf(endpoint), headers }, epochMs);
  // All of `authorization` but its signature, which is hexadecimal.
  validateHeaderValue('authorization', draft.authorizationStart);
  return { second, text: postHead(pathOf(endpoint), headers), draft };
}

function atOrigin(endpoint: Endpoint, origin: string | undefined): Endpoint {
  return origin === undefined ? endpoint : { ...endpoint, origin, host: new URL(origin).host };
}

function pathOf({ basePath }: Endpoint): string {
  return `${basePath}/`;
}
