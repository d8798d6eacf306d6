import type { ServerResponse } from 'node:http';

import type { EventEnvelope } from './entries';
import type { EventMatcher } from './pattern';

/**
 * Bytes that may wait for a slow subscriber. One that falls further behind is disconnected: it
 * notices, and reads what it missed from the call log, instead of missing events unawares.
 */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

interface Subscriber {
  readonly bus: string;
  readonly matches: EventMatcher;
  readonly response: ServerResponse;
}

/** Clients that read events live, one JSON object a line. */
export class Subscribers {
  readonly #all = new Set<Subscriber>();
  /** Subscribers disconnected because they fell behind. */
  dropped = 0;

  constructor(private readonly maxBacklogBytes = MAX_BACKLOG_BYTES) {}

  get count(): number {
    return this.#all.size;
  }

  /** Streams matching events into the response from now on, until the client hangs up. */
  add(bus: string, matches: EventMatcher, response: ServerResponse): void {
    const subscriber: Subscriber = { bus, matches, response };
    this.#all.add(subscriber);
    response.once('close', () => this.#all.delete(subscriber));
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    // The headers tell the client that from here on nothing passes it by.
    response.flushHeaders();
  }

  publish(bus: string, event: EventEnvelope): void {
    let line: string | undefined;
    for (const subscriber of this.#all) {
      if (subscriber.bus !== bus || !subscriber.matches({ ...event })) continue;
      line ??= `${JSON.stringify(event)}\n`;
      subscriber.response.write(line);
      if (subscriber.response.writableLength <= this.maxBacklogBytes) continue;
      this.dropped += 1;
      subscriber.response.destroy();
    }
  }

  close(): void {
    for (const { response } of this.#all) response.end();
  }
}
