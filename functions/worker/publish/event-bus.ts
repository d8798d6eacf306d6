import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsCommandInput,
  type PutEventsRequestEntry,
  type PutEventsResponse,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';

import type { CallscribeError } from '../../../shared/errors';
import { explain } from '../../../shared/errors/explain';
import type { CallEvent } from '../../../shared/record';

/** Entries per PutEvents (PROTOCOLS E). */
const MAX_ENTRIES = 10;
/** Bytes per PutEvents: below the service's former limit of 256 KB, let alone today's of 1 MB. */
const MAX_BYTES = 200_000;

/** An event waits so long for company: at a thousand calls a request in five is left. */
const GATHER_MS = 20;

interface Waiting {
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: CallscribeError) => void;
}

/**
 * Puts events of all calls on the bus, up to ten of them in one request, as they come within a
 * moment: each call has one in flight, so that its order holds, and at most as many wait as there
 * are calls. A failed entry fails its own caller only.
 */
export class EventBus {
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    client: Pick<EventBridgeClient, 'send'>,
    private readonly busName: string,
    private readonly putEvents: (input: PutEventsCommandInput) => Promise<PutEventsResponse> = (
      input,
    ) => client.send(new PutEventsCommand(input)),
  ) {}

  /** Resolves when the bus has acknowledged the event; throws what the table says, always retryable. */
  put(event: CallEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const Detail = JSON.stringify(event.detail);
      const entry = {
        EventBusName: this.busName,
        Source: event.source,
        DetailType: event.detailType,
        Detail,
      };
      this.#waiting.push({ entry, bytes: Buffer.byteLength(Detail), resolve, reject });
      if (this.#waiting.length >= MAX_ENTRIES) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const batch of batches(waiting)) void this.#send(batch);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    let results: readonly PutEventsResultEntry[];
    try {
      const response = await this.putEvents({ Entries: batch.map(({ entry }) => entry) });
      results = response.Entries ?? [];
    } catch (reason) {
      for (const { reject } of batch) reject(busError(reason));
      return;
    }
    // HTTP 200 may hide failures (PROTOCOLS E): each entry has its own verdict.
    batch.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (result?.EventId !== undefined && result.ErrorCode === undefined) resolve();
      else reject(busError({ name: result?.ErrorCode ?? 'NoAnswer' }));
    });
  }
}

function batches(waiting: readonly Waiting[]): Waiting[][] {
  const all: Waiting[][] = [];
  let batch: Waiting[] = [];
  let bytes = 0;
  for (const each of waiting) {
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + each.bytes > MAX_BYTES)) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(each);
    bytes += each.bytes;
  }
  if (batch.length > 0) all.push(batch);
  return all;
}

/** The log keeps the event, so that it is sent until it is taken, whatever was wrong. */
function busError(reason: unknown): CallscribeError {
  return explain(reason, 'event-bridge', { retryable: true });
}
