import { Agent, createServer, request as httpRequest } from 'node:http';
import type { ServerResponse } from 'node:http';

import { listenLocally } from '../stand-in';
import type { StandIn } from '../stand-in';
import { errorReply, readCall, sendReply } from './aws-json';
import type { AwsJsonCall, AwsJsonReply } from './aws-json';

/** Resolves with the emulator's answer to the call. */
export type Forward = (call: AwsJsonCall) => Promise<AwsJsonReply>;

export interface FrontClient {
  /** The client hung up: nobody will read the reply. */
  readonly gone: boolean;
}

export interface FrontOptions {
  readonly backendPort: number;
  readonly port?: number;
  /** Answers one call; `undefined` resets the connection without an answer. */
  handle(call: AwsJsonCall, client: FrontClient): Promise<AwsJsonReply | undefined>;
}

/**
 * Our HTTP server before an emulator: the place for faults, and a shield, since the emulator
 * sees whole requests only (dynalite ends its process when a client hangs up half-way).
 */
export async function startFront(options: FrontOptions): Promise<StandIn> {
  const server = createServer((request, response) => {
    void readCall(request).then(async (call) => {
      if (call === undefined) return;
      try {
        const reply = await options.handle(call, {
          get gone() {
            return isGone(response);
          },
        });
        if (reply === undefined) request.socket.destroy();
        else sendReply(response, reply);
      } catch {
        sendReply(response, errorReply(503, 'ServiceUnavailable', 'the emulator has ended', '1.0'));
      }
    });
  });
  // SDK clients keep connections and reuse them minutes later.
  server.keepAliveTimeout = 0;
  const url = await listenLocally(server, options.port);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A function that passes calls on to the emulator over connections of its own. */
export function createForward(port: number): { forward: Forward; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const forward: Forward = (call) =>
    new Promise((resolve, reject) => {
      const headers = { ...call.headers, 'content-length': String(call.body.length) };
      delete (headers as Record<string, unknown>).connection;
      const options = { host: '127.0.0.1', port, method: 'POST', path: '/', agent, headers };
      const outgoing = httpRequest(options, (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.once('error', reject);
        incoming.once('end', () => {
          resolve({
            status: incoming.statusCode ?? 500,
            headers: replyHeaders(incoming.headers),
            body: Buffer.concat(parts),
          });
        });
      });
      outgoing.once('error', reject);
      outgoing.end(call.body);
    });
  return { forward, close: () => agent.destroy() };
}

const PASSED_HEADERS = ['content-type', 'x-amzn-requestid', 'x-amz-crc32', 'x-amzn-query-error'];

function replyHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.socket === null;
}
