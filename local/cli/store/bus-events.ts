import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** Longer than any event (PutEvents takes 1 MB); a longer line is not from a bus. */
const MAX_LINE_LENGTH = 4 * 1024 * 1024;

/** What a subscriber needs of an EventBridge envelope. */
export interface BusEvent {
  readonly detailType: string;
  readonly detail: unknown;
}

export interface SubscribeOptions {
  /** URL of the EventBridge stand-in; the real service has no live subscription. */
  readonly endpoint: string;
  readonly bus: string;
  /** An EventBridge pattern. */
  readonly pattern: object;
}

/**
 * Subscribes to events of the stand-in's bus (`GET /subscribe`, one envelope a line). Resolves once
 * the subscription stands: from then on no event passes by until the iterable ends, which it does
 * when the stand-in closes or drops a reader that is too slow. What is not read waits in the
 * stand-in. Rejects when nobody answers or the pattern is refused.
 */
export async function subscribe(options: SubscribeOptions): Promise<AsyncIterable<BusEvent>> {
  const url = new URL('/subscribe', options.endpoint);
  url.searchParams.set('bus', options.bus);
  url.searchParams.set('pattern', JSON.stringify(options.pattern));
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return readEvents(response);
  response.resume();
  throw new Error(`the subscription was refused with status ${response.statusCode}`);
}

async function* readEvents(response: IncomingMessage): AsyncGenerator<BusEvent> {
  response.setEncoding('utf8');
  let pending = '';
  try {
    for await (const text of response as AsyncIterable<string>) {
      const lines = (pending + text).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const event = parseEnvelope(line);
        if (event !== undefined) yield event;
      }
      if (pending.length > MAX_LINE_LENGTH) return;
    }
  } catch {
    // Broken off: an end like any other, the reader subscribes again.
  } finally {
    response.destroy();
  }
}

function parseEnvelope(line: string): BusEvent | undefined {
  try {
    const envelope = JSON.parse(line) as Record<string, unknown> | null;
    const detailType = envelope?.['detail-type'];
    return typeof detailType === 'string' ? { detailType, detail: envelope?.detail } : undefined;
  } catch {
    return undefined;
  }
}
