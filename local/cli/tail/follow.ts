import { systemClock } from '../../../shared/clock';
import type { BusEvent } from '../store/bus-events';
import type { CallLogReader } from '../store/call-log';
import { itemOfEvent, itemOfRecord, type LoggedItem, type TailItem } from './tail-item';

/** Calls whose last `seq` is remembered, to know repeats; of more the oldest is forgotten. */
const MAX_REMEMBERED_CALLS = 10_000;
/** A stand-in that is gone is asked again for ten seconds. */
const RETRY_PAUSE_MS = 500;
const MAX_ATTEMPTS = 20;

export interface FollowSources {
  /** Resolves once no event passes by any more. */
  subscribe(): Promise<AsyncIterable<BusEvent>>;
  openLog(callId: string): Pick<CallLogReader, 'pages'>;
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * What a call's log holds and then what the bus brings, every item once and in `seq` order; ends
 * after the item that ends the call. The subscription stands before the log is read, so nothing
 * falls between the two; an event whose predecessor never came has the log read again.
 * `onWaiting` is told when the log is empty.
 */
export async function* followCall(
  callId: string,
  sources: FollowSources,
  onWaiting?: () => void,
): AsyncGenerator<TailItem> {
  const follower = new Follower(sources);
  for await (const events of subscriptions(sources)) {
    yield* follower.readLog(callId);
    if (follower.hasEnded(callId)) return;
    if (!follower.knows(callId)) onWaiting?.();
    for await (const event of events) {
      yield* follower.take(event);
      if (follower.hasEnded(callId)) return;
    }
  }
}

/** Everything that happens on the bus from now on, of all calls; never ends by itself. */
export async function* followAll(sources: FollowSources): AsyncGenerator<TailItem> {
  const follower = new Follower(sources);
  for await (const events of subscriptions(sources)) {
    for await (const event of events) yield* follower.take(event);
  }
}

/** One subscription after the other: a stand-in that restarts or drops us is asked again. */
async function* subscriptions(
  sources: FollowSources,
): AsyncGenerator<AsyncIterable<BusEvent>, never> {
  const sleep = sources.sleep ?? ((ms) => systemClock.sleep(ms));
  yield await sources.subscribe();
  for (let failures = 0; ;) {
    await sleep(RETRY_PAUSE_MS);
    let events: AsyncIterable<BusEvent>;
    try {
      events = await sources.subscribe();
    } catch (reason) {
      failures += 1;
      if (failures >= MAX_ATTEMPTS) throw reason;
      continue;
    }
    failures = 0;
    yield events;
  }
}

/** Keeps, per call, up to which `seq` everything was handed on. */
class Follower {
  readonly #lastSeq = new Map<string, number>();
  readonly #ended = new Set<string>();

  constructor(private readonly sources: FollowSources) {}

  knows(callId: string): boolean {
    return this.#lastSeq.has(callId);
  }

  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }

  /** What is in the log beyond what was handed on. */
  async *readLog(callId: string): AsyncGenerator<LoggedItem> {
    const log = this.sources.openLog(callId);
    for await (const page of log.pages(this.#lastSeq.get(callId) ?? 0)) {
      for (const record of page) {
        this.#note(callId, record.seq, record.fact.type);
        const item = itemOfRecord(record);
        if (item !== undefined) yield item;
      }
    }
  }

  async *take(event: BusEvent): AsyncGenerator<TailItem> {
    const received = itemOfEvent(event);
    if (received === undefined) return;
    const { item, previousSeq } = received;
    if (item.type === 'partial') {
      yield item;
      return;
    }
    const lastSeq = this.#lastSeq.get(item.callId);
    if (lastSeq !== undefined && item.seq <= lastSeq) return;
    if (lastSeq !== undefined && previousSeq !== null && previousSeq > lastSeq) {
      // A record is written before its event: the log has this one and those that did not come.
      yield* this.readLog(item.callId);
      return;
    }
    this.#note(item.callId, item.seq, item.type);
    yield item;
  }

  #note(callId: string, seq: number, type: string): void {
    this.#lastSeq.delete(callId);
    this.#lastSeq.set(callId, seq);
    if (type === 'completed' || type === 'failed') this.#ended.add(callId);
    // A claim after the end only publishes what is left; after this there is audio again.
    if (type === 'reopened') this.#ended.delete(callId);
    if (this.#lastSeq.size <= MAX_REMEMBERED_CALLS) return;
    const [oldest] = this.#lastSeq.keys();
    if (oldest === undefined) return;
    this.#lastSeq.delete(oldest);
    this.#ended.delete(oldest);
  }
}
