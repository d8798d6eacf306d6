import type { IncomingMessage, ServerResponse } from 'node:http';

/** Larger than any request of the services we stand in for (DynamoDB's 16 MB is the largest). */
const MAX_BODY_BYTES = 17 * 1024 * 1024;

/** One call of the AWS JSON protocols: the operation is in a header, all else in the body. */
export interface AwsJsonCall {
  /** `PutItem` of `x-amz-target: DynamoDB_20120810.PutItem`; empty without that header. */
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface AwsJsonReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads a call whole; undefined when the client went away first or sent more than allowed. */
export async function readCall(request: IncomingMessage): Promise<AwsJsonCall | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MAX_BODY_BYTES) {
        request.destroy();
        return undefined;
      }
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  const target = request.headers['x-amz-target'];
  const name = typeof target === 'string' ? target : '';
  const operation = name.slice(name.lastIndexOf('.') + 1);
  return { operation, headers: request.headers, body: Buffer.concat(parts, bytes) };
}

/** The body as an object; undefined when it is anything else. */
export function parseBody(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function jsonReply(status: number, value: unknown, version: '1.0' | '1.1'): AwsJsonReply {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function errorReply(
  status: number,
  type: string,
  message: string,
  version: '1.0' | '1.1',
): AwsJsonReply {
  return jsonReply(status, { __type: type, message }, version);
}

export function sendReply(response: ServerResponse, reply: AwsJsonReply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  response.end(reply.body);
}
