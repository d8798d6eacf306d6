import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { listenLocally } from '../stand-in';
import type { StandIn } from '../stand-in';
import { readCall } from '../system/aws-json';
import { FaultDesk, FaultOrderError } from './fault-desk';
import type { FaultyServices } from './fault-desk';

export interface ControlOptions {
  readonly port?: number;
  readonly services: FaultyServices;
  /** What `GET /status` answers. */
  status(): Promise<object> | object;
}

/**
 * The endpoint through which a running local system is watched and its faults are switched, as
 * docs/local.md describes: `GET /status`, `GET /faults`, `POST /faults`, `DELETE /faults[/ID]`.
 */
export async function startControl(options: ControlOptions): Promise<StandIn> {
  const desk = new FaultDesk(options.services);
  const server = createServer((request, response) => {
    void answer(request, desk, options).then(
      ([status, value]) => reply(response, status, value),
      () => reply(response, 500, { message: 'the request cannot be answered' }),
    );
  });
  const url = await listenLocally(server, options.port);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        desk.cancel();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  desk: FaultDesk,
  { status }: ControlOptions,
): Promise<[status: number, value: object]> {
  // A page in the user's browser can send requests here; browsers say so by this header.
  if (request.headers.origin !== undefined) return [403, { message: 'not from a web page' }];
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, resource, id] = pathname.split('/');
  if (request.method === 'GET' && pathname === '/status') return [200, await status()];
  if (resource === 'faults') {
    if (request.method === 'GET' && id === undefined) return [200, desk.status()];
    if (request.method === 'POST' && id === undefined) return order(request, desk);
    if (request.method === 'DELETE') {
      if (desk.cancel(id)) return [200, desk.status()];
      return [404, { message: `there is no fault "${id}"` }];
    }
  }
  return [404, { message: 'GET /status, GET or POST /faults, DELETE /faults or /faults/ID' }];
}

async function order(
  request: IncomingMessage,
  desk: FaultDesk,
): Promise<[status: number, value: object]> {
  const call = await readCall(request);
  try {
    const input: unknown = JSON.parse(call?.body.toString('utf8') ?? '');
    return [201, { ids: desk.order(input) }];
  } catch (reason) {
    if (reason instanceof FaultOrderError) return [400, { message: reason.message }];
    return [400, { message: 'the body is not JSON' }];
  }
}

function reply(response: ServerResponse, status: number, value: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value, undefined, 2)}\n`);
}
