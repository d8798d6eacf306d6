import { placeAudio } from '../../../functions/worker/audio/place-audio';
import type { TimelineOptions } from '../../../functions/worker/audio/timeline';
import type {
  ReaderBatch,
  ReaderEvent,
  ReaderStatus,
} from '../../../functions/worker/fragments/reader-batch';
import type { Leg } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';
import { VirtualClock } from '../../support/virtual-clock';
import { Placed } from './placed';
import { AGENT, CALLER, type Step } from './voice';

const TICK_MS = 500;
const OVERWRITTEN = 0xee;

/** A reader that does at each moment what its steps say, and ticks in between. */
class SteppedReader implements AsyncIterable<ReaderBatch>, AsyncIterator<ReaderBatch> {
  isClosed = false;
  #status: ReaderStatus = 'connecting';
  #lastAudioMs: number;
  #next = 0;
  readonly #beganMs: number;
  /** Payloads of the batch before; at the next pull they are somebody else's. */
  #lent: readonly Uint8Array[] = [];

  constructor(
    private readonly clock: VirtualClock,
    private readonly steps: readonly Step[],
  ) {
    this.#beganMs = this.#lastAudioMs = clock.monotonicMs();
  }

  [Symbol.asyncIterator](): AsyncIterator<ReaderBatch> {
    return this;
  }

  async next(): Promise<IteratorResult<ReaderBatch>> {
    for (const payload of this.#lent) payload.fill(OVERWRITTEN);
    this.#lent = [];
    const step = this.steps[this.#next];
    const nowMs = this.clock.monotonicMs() - this.#beganMs;
    const dueMs = Math.max(0, (step?.atMs ?? Infinity) - nowMs);
    await this.clock.sleep(Math.min(dueMs, TICK_MS));
    if (step === undefined || dueMs > TICK_MS) return { done: false, value: this.#batch([]) };
    this.#next += 1;
    this.#status = step.status ?? this.#status;
    if (step.events.some(({ type }) => type === 'block')) {
      this.#lastAudioMs = this.clock.monotonicMs();
    }
    const events = step.events.map((event) =>
      event.type === 'block' ? { ...event, payload: event.payload.slice() } : event,
    );
    this.#lent = events.flatMap((event) => (event.type === 'block' ? [event.payload] : []));
    return { done: false, value: this.#batch(events) };
  }

  return(): Promise<IteratorResult<ReaderBatch>> {
    this.isClosed = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  #batch(events: readonly ReaderEvent[]): ReaderBatch {
    return { status: this.#status, idleMs: this.clock.monotonicMs() - this.#lastAudioMs, events };
  }
}

export interface StreamOfCall {
  readonly legs: readonly { readonly leg: Leg; readonly resume?: ResumePoint }[];
  readonly steps: readonly Step[];
}

/** Streams of the caller, of the agent, and of both as Connect has them. */
export const caller = (steps: Step[]) => ({ legs: [{ leg: CALLER }], steps });
export const agent = (steps: Step[]) => ({ legs: [{ leg: AGENT }], steps });
export const connect = (steps: Step[]) => ({ legs: [{ leg: CALLER }, { leg: AGENT }], steps });

/** A timeline from its beginning, of a call whose end is not known. */
export const TIMELINE = {
  fromSample: 0,
  gapsTo: {},
  control: { endTimeMs: null },
  chunkMs: 200,
  pauseMs: 10_000,
  holdMs: 30_000,
  idleLimitMs: 60_000,
  maxDurationMs: 86_400_000,
} as const;

/** All that the timeline gives of these streams. */
export async function place(
  streams: readonly StreamOfCall[],
  options: Partial<Omit<TimelineOptions, 'sources'>> = {},
): Promise<Placed> {
  const clock = new VirtualClock();
  const placed = new Placed(clock.monotonicMs());
  const readers = streams.map(({ steps }) => new SteppedReader(clock, steps));
  const work = async () => {
    const items = placeAudio({
      sources: streams.map(({ legs }, index) => ({ legs, batches: readers[index]! })),
      channels: streams.flatMap(({ legs }) => legs.map(({ leg }) => leg.channel)),
      ...TIMELINE,
      ...options,
    });
    for await (const batch of items) placed.add(batch, clock.monotonicMs());
  };
  try {
    await clock.drive(work(), 200_000_000);
  } finally {
    placed.closed = readers.every(({ isClosed }) => isClosed);
  }
  return placed;
}
