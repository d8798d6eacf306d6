import { systemClock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { DETAIL_TYPES, EVENT_SOURCE } from '../../shared/events';
import { newCallId } from '../cli/call-id';
import {
  dynamoDbClient,
  eventBridgeClient,
  kinesisVideoClient,
  requireSystem,
  sqsClient,
} from '../cli/clients';
import { sortByTimeline, type SegmentEntry } from '../cli/format/entry';
import { subscribe, type BusEvent } from '../cli/store/bus-events';
import { callLogReader, type CallLogReader } from '../cli/store/call-log';
import { CallWatch } from '../cli/store/call-watch';
import { followCall } from '../cli/tail/follow';
import { playCall } from '../player/play-call';
import { wavSource } from '../player/wav-source';
import type { LocalSystem } from '../system/local-system';
import type { DemoCall } from './demo-call';
import type { IncidentWatch } from './incident-watch';
import type { LiveView } from './live-view';
import { memoryWav } from './memory-wav';
import type { Latency, Observed } from './summary';

/** An ended call is complete within a second or two; after this long something is wrong. */
const END_LIMIT_MS = 30_000;

/** How often the log is read for what has no event of its own: sessions and claims. */
const LOOK_MS = 250;

/** What was seen; its segments are in timeline order. */
export interface ObservedCall extends Observed {
  readonly segments: readonly SegmentEntry[];
}

/**
 * Plays a call live into the system and follows it as a subscriber would, until its end.
 *
 * @throws CallscribeError `session-failed` when the call fails, `unavailable` when it does not end.
 */
export class WatchedCall {
  readonly #callId = newCallId(Date.now(), Math.random);
  readonly #segments: SegmentEntry[] = [];
  readonly #latencies: Latency[] = [];
  #events = 0;
  #partials = 0;

  constructor(
    private readonly call: DemoCall,
    private readonly env: LocalSystem['env'],
    /** Absent: nothing is shown while the call goes on. */
    private readonly view: LiveView | undefined,
    private readonly incidents: IncidentWatch,
  ) {}

  async run(): Promise<ObservedCall> {
    const { CALL_LOG_TABLE } = requireSystem(this.env, ['CALL_LOG_TABLE']);
    const log = callLogReader(await dynamoDbClient(this.env), CALL_LOG_TABLE, this.#callId);
    const watch = new CallWatch(log);
    const over = new AbortController();
    const looking = this.#look(watch, over.signal);
    try {
      const followed = this.#follow(log);
      const played = this.#play();
      await Promise.race([followed, played]);
      await Promise.all([played, within(END_LIMIT_MS, followed, played)]);
    } finally {
      over.abort();
      await looking;
    }
    await watch.poll((record) => this.incidents.onRecord(record));
    return {
      segments: sortByTimeline(this.#segments),
      latencies: this.#latencies,
      outage: this.incidents.outage,
      incidents: this.incidents.incidents,
      records: watch.lastSeq,
      events: this.#events,
      partials: this.#partials,
    };
  }

  async #look(watch: CallWatch, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // One that fails is made up for by the next, and by the last one, which must succeed.
      await watch.poll((record) => this.incidents.onRecord(record)).catch(() => undefined);
      await systemClock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }

  async #play(): Promise<void> {
    const names = ['CALLS_QUEUE_URL', 'EVENT_BUS_NAME'] as const;
    const { CALLS_QUEUE_URL, EVENT_BUS_NAME } = requireSystem(this.env, names);
    await playCall({
      source: wavSource(memoryWav(this.call)),
      callId: this.#callId,
      speed: 1,
      services: {
        kinesisVideo: await kinesisVideoClient(this.env),
        sqs: await sqsClient(this.env),
        eventBridge: await eventBridgeClient(this.env),
      },
      queueUrl: CALLS_QUEUE_URL,
      eventBusName: EVENT_BUS_NAME,
      callOptions: { partials: true },
      onPosition: (playedMs) => this.incidents.onPosition(playedMs),
    });
  }

  /** Takes events until the one that ends the call. */
  async #follow(log: CallLogReader): Promise<void> {
    const items = followCall(this.#callId, {
      subscribe: async () => this.#counted(await this.#subscribe()),
      openLog: () => log,
    });
    for await (const item of items) {
      if (item.type === 'failed') {
        const message = `the call failed (${item.code}): ${item.message}`;
        throw new CallscribeError('session-failed', message);
      }
      if (item.type === 'partial') await this.view?.showPartial(item);
      if (item.type === 'gap') await this.view?.print(item);
      if (item.type === 'segment') await this.#take(item);
    }
    await this.view?.clear();
  }

  /**
   * The call is live, so its producer times are those of the clock. The event comes after the
   * record was stored, and so bounds that moment from above.
   */
  async #take(segment: SegmentEntry): Promise<void> {
    const spokenMs = Date.parse(segment.startTime) + segment.endMs - segment.startMs;
    this.#latencies.push({ spokenMs, storedMs: Date.now() });
    this.#segments.push(segment);
    await this.view?.print(segment);
  }

  #subscribe(): Promise<AsyncIterable<BusEvent>> {
    const { AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint, EVENT_BUS_NAME: bus } = requireSystem(
      this.env,
      ['AWS_ENDPOINT_URL_EVENTBRIDGE', 'EVENT_BUS_NAME'],
    );
    const pattern = { source: [EVENT_SOURCE], detail: { callId: [this.#callId] } };
    return subscribe({ endpoint, bus, pattern });
  }

  async *#counted(events: AsyncIterable<BusEvent>): AsyncGenerator<BusEvent> {
    for await (const event of events) {
      if (event.detailType === DETAIL_TYPES.partial) this.#partials += 1;
      else this.#events += 1;
      yield event;
    }
  }
}

/** Rejects when `ended` takes longer than the limit after `played`. */
async function within(limitMs: number, ended: Promise<void>, played: Promise<void>): Promise<void> {
  await played;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `the call has not ended ${limitMs / 1000} s after its audio`;
      reject(new CallscribeError('unavailable', message));
    }, limitMs);
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
