import { createServer, request as httpRequest, Agent } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

import { listenLocally } from '../../../local/stand-in';
import type { StandIn } from '../../../local/stand-in';
import { parseBody, readCall } from '../../../local/system/aws-json';
import type { AwsJsonCall } from '../../../local/system/aws-json';

export interface TapReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One call of a worker to a service and what came of it. */
export interface TapExchange {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Undefined: the connection was reset. */
  readonly reply: TapReply | undefined;
  readonly tookMs: number;
}

export interface TapOptions {
  /** The stand-in's URL. */
  readonly upstream: string;
  onRequest?(operation: string, body: Readonly<Record<string, unknown>>): void;
  onExchange?(exchange: TapExchange): void;
  /** Sabotage: answers in the service's place, or changes what it is asked. */
  meddle?(call: AwsJsonCall): Promise<AwsJsonCall | TapReply>;
}

/**
 * A wiretap between the workers and one AWS-JSON service: tells which calls a fault met. Passes
 * resets on in both directions, as a cable would.
 */
export async function startTap(options: TapOptions): Promise<StandIn> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const server = createServer((request, response) => {
    void serve(request, response, agent, options).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 0;
  const url = await listenLocally(server);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  agent: Agent,
  options: TapOptions,
): Promise<void> {
  const call = await readCall(request);
  if (call === undefined) return;
  const body = parseBody(call.body) ?? {};
  options.onRequest?.(call.operation, body);
  const startedMs = performance.now();
  const meddled = (await options.meddle?.(call)) ?? call;
  const reply =
    'status' in meddled
      ? meddled
      : await forward(meddled, request, response, agent, options.upstream);
  const tookMs = performance.now() - startedMs;
  options.onExchange?.({ operation: call.operation, body, reply, tookMs });
  if (reply === undefined) request.socket.destroy();
  else if (!response.destroyed) response.writeHead(reply.status, reply.headers).end(reply.body);
}

function forward(
  call: AwsJsonCall,
  request: IncomingMessage,
  response: ServerResponse,
  agent: Agent,
  upstream: string,
): Promise<TapReply | undefined> {
  return new Promise((resolve) => {
    const headers = { ...call.headers, 'content-length': String(call.body.length) };
    const url = new URL(request.url ?? '/', upstream);
    const outgoing = httpRequest(url, { method: request.method, agent, headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.once('error', () => resolve(undefined));
      incoming.once('end', () =>
        resolve({
          status: incoming.statusCode ?? 500,
          headers: incoming.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    outgoing.once('error', () => resolve(undefined));
    // A worker that dies in a long poll must be missed by the service too.
    response.once('close', () => {
      if (!response.writableFinished) outgoing.destroy();
    });
    outgoing.end(call.body);
  });
}
