import { subscribe } from '../../../local/cli/store/bus-events';
import { EVENT_BUS_NAME } from '../../../local/system/system-env';
import { EVENT_SOURCE } from '../../../shared/events';
import type { ReceivedEvent } from '../judge/judge-events';

const TERMINAL = new Set(['Transcription Completed', 'Transcription Failed']);

/** A live subscriber that keeps everything it gets, in the order in which it gets it. */
export class Subscriber {
  readonly received: ReceivedEvent[] = [];
  readonly #byCall = new Map<string, ReceivedEvent[]>();
  readonly #ended = new Set<string>();

  /** Resolves once no event passes by any more. */
  static async start(endpoint: string): Promise<Subscriber> {
    const subscriber = new Subscriber();
    const pattern = { source: [EVENT_SOURCE] };
    const events = await subscribe({ endpoint, bus: EVENT_BUS_NAME, pattern });
    void (async () => {
      for await (const { detailType, detail } of events) {
        subscriber.#take({ detailType, detail: detail as ReceivedEvent['detail'] });
      }
    })();
    return subscriber;
  }

  of(callId: string): readonly ReceivedEvent[] {
    return this.#byCall.get(callId) ?? [];
  }

  /** Whether the call's last event has come. */
  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }

  #take(event: ReceivedEvent): void {
    const callId = String(event.detail.callId);
    this.received.push(event);
    const events = this.#byCall.get(callId);
    if (events === undefined) this.#byCall.set(callId, [event]);
    else events.push(event);
    if (TERMINAL.has(event.detailType)) this.#ended.add(callId);
  }
}
