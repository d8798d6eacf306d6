import { hash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';

import { errorOfAnswer } from './answer-error';
import { ServiceAccess, type CommandClass, type Endpoint, type SdkClient } from './endpoint';
import type { RequestSigner } from './request-signer';

/** An answer above this is none of ours: a page of DynamoDB has 1 MB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const HTTP_OK = 200;

export type AwsCall<I, O> = (input: I) => Promise<O>;

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
  readonly epochMs?: () => number;
}

/**
 * Calls one operation without the SDK's layers, at a third of their cost, for what is called for
 * every record. Access is the configured client's. Fails with the SDK's error names. Not repeated:
 * callers do. For inputs of strings, numbers and plain objects: bytes and dates would need codecs.
 */
export function jsonCall<I extends object, O>(
  client: SdkClient,
  operation: JsonOperation,
  { timeoutMs, maxSockets, epochMs = Date.now }: JsonCallOptions,
): AwsCall<I, O> {
  const access = new ServiceAccess(client, operation.command, operation.signingName);
  const pool = { keepAlive: true, maxSockets };
  const agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
  return async (input) => {
    const endpoint = await access.endpoint();
    const signer = await access.signer();
    const body = JSON.stringify(input);
    const options = {
      ...signedRequest(endpoint, signer, operation, body, epochMs()),
      timeout: timeoutMs,
    };
    const request = endpoint.origin.startsWith('https:')
      ? httpsRequest(endpoint.origin, { ...options, agent: agents.https })
      : httpRequest(endpoint.origin, { ...options, agent: agents.http });
    const answer = await exchange(request, body);
    if (answer.status !== HTTP_OK) throw errorOfAnswer(answer.status, answer.headers, answer.body);
    // The model's word is taken for it, as the SDK does.
    return JSON.parse(answer.body.toString()) as O;
  };
}

function signedRequest(
  endpoint: Endpoint,
  signer: RequestSigner,
  { target, contentType }: JsonOperation,
  body: string,
  epochMs: number,
): RequestOptions {
  const { sessionToken } = signer.credentials;
  const path = `${endpoint.basePath}/`;
  const headers: Record<string, string> = {
    'content-type': contentType,
    host: endpoint.host,
    'x-amz-date': signer.at(epochMs).amzDate,
    'x-amz-target': target,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const payloadHash = hash('sha256', body);
  const { authorization } = signer.authorize(
    { method: 'POST', path, headers, payloadHash },
    epochMs,
  );
  headers['content-length'] = String(Buffer.byteLength(body));
  return { method: 'POST', path, headers: { ...headers, authorization } };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function exchange(request: ClientRequest, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('timeout', () => request.destroy(timeoutError()));
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
        parts.push(part);
      });
      // Cut off in its middle, by the peer or by the timeout.
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode = 0, headers } = response;
        const [first = Buffer.alloc(0)] = parts;
        const whole = parts.length === 1 ? first : Buffer.concat(parts);
        resolve({ status: statusCode, headers, body: whole });
      });
    });
    request.end(body);
  });
}

/** Bears the name that the SDK gives it. */
function timeoutError(): Error {
  return Object.assign(new Error('the service did not answer in time'), { name: 'TimeoutError' });
}
