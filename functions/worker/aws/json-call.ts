import { hash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

import { errorOfAnswer } from './answer-error';
import { ServiceAccess, type CommandClass, type Endpoint, type SdkClient } from './endpoint';
import { signed, type RequestSigner, type SigningDraft } from './request-signer';

/** An answer above this is none of ours: a page of DynamoDB has 1 MB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
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
  { timeoutMs, maxSockets, origin, epochMs = Date.now }: JsonCallOptions,
): AwsCall<I, O> {
  const access = new ServiceAccess(client, operation.command, operation.signingName);
  const pool = { keepAlive: true, maxSockets };
  const agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
  let known: PreparedCall | undefined;
  const prepared = async (second: number) => {
    const endpoint = atOrigin(await access.endpoint(), origin);
    const isTls = endpoint.origin.startsWith('https:');
    return (known = {
      ...signedHead(endpoint, await access.signer(), operation, second),
      request: isTls ? httpsRequest : httpRequest,
      options: {
        ...urlToHttpOptions(new URL(endpoint.origin)),
        method: 'POST',
        path: pathOf(endpoint),
        agent: isTls ? agents.https : agents.http,
        timeout: timeoutMs,
      },
    });
  };
  return async (input, signal) => {
    const second = Math.floor(epochMs() / 1000);
    const { headers, draft, request, options } =
      known?.second === second ? known : await prepared(second);
    const body = JSON.stringify(input);
    const { authorization } = signed(draft, hash('sha256', body));
    const length = String(Buffer.byteLength(body));
    const answer = await exchange(
      // As a list they are sent as they stand, which is cheaper than to be kept by their names.
      request({
        ...options,
        ...(signal === undefined ? {} : { signal }),
        headers: [...headers, 'content-length', length, 'authorization', authorization],
      }),
      body,
      signal,
    );
    if (answer.status !== HTTP_OK) throw errorOfAnswer(answer.status, answer.headers, answer.body);
    // The model's word is taken for it, as the SDK does.
    return JSON.parse(answer.body.toString()) as O;
  };
}

/** What an operation's requests of one second have in common. */
interface PreparedCall extends SignedHead {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly options: RequestOptions;
}

interface SignedHead {
  readonly second: number;
  /** Names and values by turns; what depends on the body is still missing. */
  readonly headers: readonly string[];
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
  return {
    second,
    headers: Object.entries(headers).flat(),
    draft: signer.draft({ method: 'POST', path: pathOf(endpoint), headers }, epochMs),
  };
}

function atOrigin(endpoint: Endpoint, origin: string | undefined): Endpoint {
  return origin === undefined ? endpoint : { ...endpoint, origin, host: new URL(origin).host };
}

function pathOf({ basePath }: Endpoint): string {
  return `${basePath}/`;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function exchange(request: ClientRequest, body: string, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // An answer that is cut off by us ends as if it were whole.
    let failure: Error | undefined;
    const destroy = (reason: Error) => request.destroy((failure = reason));
    request.on('timeout', () => destroy(timeoutError()));
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_ANSWER_BYTES) destroy(new Error('the answer is too long'));
        parts.push(part);
      });
      // Cut off in its middle by the peer.
      response.on('error', reject);
      response.on('end', () => {
        if (signal?.aborted) failure ??= abortError();
        if (failure !== undefined) return reject(failure);
        const { statusCode = 0, headers } = response;
        const [first = Buffer.alloc(0)] = parts;
        const whole = parts.length === 1 ? first : Buffer.concat(parts);
        resolve({ status: statusCode, headers, body: whole });
      });
    });
    request.end(body);
  });
}

/** Bear the names that the SDK gives them. */
function abortError(): Error {
  return Object.assign(new Error('the request was aborted'), { name: 'AbortError' });
}

function timeoutError(): Error {
  return Object.assign(new Error('the service did not answer in time'), { name: 'TimeoutError' });
}
