import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** A service that does with its streams what the test says, frame by frame. */
export class ScriptedService {
  #server: Http2Server | undefined;

  /** Returns the endpoint. */
  async start(onStream: (stream: ServerHttp2Stream) => void): Promise<string> {
    const server = createServer();
    this.#server = server;
    server.on('stream', onStream);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }
}

/** An event with one partial result. */
export function transcriptEvent(resultId: string, padding = '', isPartial = true): Uint8Array {
  const results = [{ ResultId: resultId, IsPartial: isPartial, Padding: padding }];
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: 'TranscriptEvent' },
    },
    body: fromUtf8(JSON.stringify({ Transcript: { Results: results } })),
  });
}
