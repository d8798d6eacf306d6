import {
  PutEventsCommand,
  type EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';

import { CallscribeError } from '../../../shared/errors';
import type { CallEvent } from '../../../shared/record';

/** Entries per PutEvents (PROTOCOLS E). */
const MAX_ENTRIES = 10;

interface Waiting {
  readonly entry: PutEventsRequestEntry;
  readonly resolve: () => void;
  readonly reject: (reason: CallscribeError) => void;
}

/**
 * Puts events of all calls on the bus, up to ten of them in one request: each call has one in
 * flight, so that its order holds. A failed entry fails its own caller only.
 */
export class EventBus {
  #waiting: Waiting[] = [];
  #scheduled = false;

  constructor(
    private readonly client: EventBridgeClient,
    private readonly busName: string,
  ) {}

  /** Resolves when the bus has acknowledged the event; throws `unavailable`, always retryable. */
  put(event: CallEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        EventBusName: this.busName,
        Source: event.source,
        DetailType: event.detailType,
        Detail: JSON.stringify(event.detail),
      };
      this.#waiting.push({ entry, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    this.#scheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i += MAX_ENTRIES) {
      void this.#send(waiting.slice(i, i + MAX_ENTRIES));
    }
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    let results: readonly PutEventsResultEntry[];
    try {
      const response = await this.client.send(
        new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) }),
      );
      results = response.Entries ?? [];
    } catch (reason) {
      const name = reason instanceof Error ? reason.name : 'unknown error';
      for (const { reject } of batch) reject(busError(name, reason));
      return;
    }
    // HTTP 200 may hide failures (PROTOCOLS E): each entry has its own verdict.
    batch.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (result?.EventId !== undefined && result.ErrorCode === undefined) resolve();
      else reject(busError(result?.ErrorCode ?? 'no answer for the entry'));
    });
  }
}

function busError(name: string, cause?: unknown): CallscribeError {
  return new CallscribeError('unavailable', `EventBridge: ${name}`, { cause, retryable: true });
}
