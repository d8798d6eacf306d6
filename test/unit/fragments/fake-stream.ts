import type { ReaderOptions } from '../../../functions/worker/fragments/reader-options';
import { readFragments } from '../../../functions/worker/fragments/fragment-reader';
import type { ReaderBatches } from '../../../functions/worker/fragments/pulled-batches';
import type { ReaderBatch, ReaderEvent } from '../../../functions/worker/fragments/reader-batch';
import type { StartPosition } from '../../../functions/worker/kvs/start-position';
import { encodeHeader, encodeTags } from '../../../local/mkv/writer';
import { Ticker } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { drip } from '../../support/drip';
import { buildFragment, joinBytes, numberOf, type TestFragment } from '../../support/mkv-builder';
import { VirtualClock } from '../../support/virtual-clock';

export const START_MS = 1_700_000_000_000;
export const FRAGMENT_MS = 128;
export const CALL_ID = 'contact-1';
const BLOCK_MS = 64;
const BLOCK_BYTES = 32;

export interface FakeFragment {
  readonly number: string;
  readonly producerTimestampMs: number;
  readonly bytes: Uint8Array;
}

/** Two blocks for each of two tracks, no two alike in all the stream. */
export function fakeFragment(ordinal: number, overrides: Partial<TestFragment> = {}): FakeFragment {
  const producerTimestampMs = START_MS + ordinal * FRAGMENT_MS;
  const blocks = [0, 1, 2, 3].map((block) => ({
    trackNumber: 1 + (block % 2),
    timestampMs: Math.floor(block / 2) * BLOCK_MS,
    payload: new Uint8Array(BLOCK_BYTES).map((_, at) => (ordinal * 37 + block * 50 + at) & 0xff),
  }));
  const fragment = { number: numberOf(ordinal), producerTimestampMs, blocks, ...overrides };
  return {
    number: fragment.number,
    producerTimestampMs: fragment.producerTimestampMs,
    bytes: buildFragment(fragment),
  };
}

/** Fragments `from` to `to`, both included. */
export function fakeFragments(from: number, to: number): FakeFragment[] {
  return Array.from({ length: to - from + 1 }, (_, index) => fakeFragment(from + index));
}

/** The document that stands in place of a fragment. */
export function inBandError(errorId: number, fragmentNumber?: string): Uint8Array {
  const prefix = 'AWS_KINESISVIDEO_';
  return joinBytes([
    encodeHeader([]),
    encodeTags([
      ...(fragmentNumber === undefined
        ? []
        : [{ name: `${prefix}FRAGMENT_NUMBER`, value: fragmentNumber }]),
      { name: `${prefix}ERROR_CODE`, value: 'Internal error' },
      { name: `${prefix}ERROR_ID`, value: String(errorId) },
    ]),
  ]);
}

/** No fragment has it in a row. */
const OVERWRITTEN = 0xee;

/** How one connection goes; what is left out is as a good one: everything, and then it waits. */
export interface Connection {
  /** Refused with this instead. */
  readonly refuse?: Error;
  /** Never answered. */
  readonly silent?: boolean;
  /** Cut after so many bytes. */
  readonly bytes?: number;
  /** These bytes instead of what the position asks for. */
  readonly body?: Uint8Array;
  /** After the last byte: wait for more, end in order, break. */
  readonly then?: 'wait' | 'end' | 'break';
  readonly mutate?: (bytes: Uint8Array) => Uint8Array;
  /** Milliseconds before each read. */
  readonly delayMs?: number;
}

/** A KVS stream with a script: one entry per connection, good ones after that. */
export class FakeStream {
  fragments: FakeFragment[];
  after: 'exclusive' | 'inclusive' = 'exclusive';
  script: Connection[] = [];
  /** For connections beyond the script. */
  byDefault: Connection = {};
  readBytes = 1 << 16;
  readonly requests: StartPosition[] = [];
  /** Bodies that were neither read to their end nor closed. */
  open = 0;
  readonly clock = new VirtualClock();
  readonly ticker = new Ticker(500, this.clock);
  readonly stop = new AbortController();
  readonly troubles: CallscribeError[] = [];
  readonly openedAtMs: number[] = [];

  constructor(fragments: FakeFragment[] = []) {
    this.fragments = fragments;
  }

  read(options: Partial<ReaderOptions> = {}): ReaderBatches {
    return readFragments({
      open: (position, signal) => this.#connect(position, signal),
      start: {},
      guard: { tag: 'ContactId', value: CALL_ID },
      callId: CALL_ID,
      clock: this.clock,
      ticker: this.ticker,
      random: () => 0.5,
      signal: this.stop.signal,
      onTrouble: (reason) => this.troubles.push(reason),
      ...options,
    });
  }

  /** Everything that is read until the condition holds, or the reader ends. */
  async collect(
    options: Partial<ReaderOptions>,
    until: (collected: Collected) => boolean,
  ): Promise<Collected> {
    const reader = this.read(options);
    const collected = new Collected();
    try {
      while (!until(collected)) {
        const result = await this.clock.drive(reader.next());
        if (result.done === true) break;
        collected.add(result.value);
      }
    } finally {
      await this.clock.drive(reader.return());
    }
    return collected;
  }

  async #connect(position: StartPosition, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    this.requests.push(position);
    this.openedAtMs.push(this.clock.monotonicMs());
    const connection = this.script.shift() ?? this.byDefault;
    await Promise.resolve();
    if (connection.refuse !== undefined) throw connection.refuse;
    if (connection.silent === true) {
      await aborted(signal);
      throw new CallscribeError('unavailable', 'aborted', { retryable: true });
    }
    return this.#body(position, connection, signal);
  }

  async *#body(
    position: StartPosition,
    connection: Connection,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    this.open += 1;
    try {
      const wanted = joinBytes(this.#from(position).map(({ bytes }) => bytes));
      const body = connection.body ?? connection.mutate?.(wanted) ?? wanted;
      for (const read of drip(body.subarray(0, connection.bytes ?? body.length), this.readBytes)) {
        await (connection.delayMs === undefined
          ? Promise.resolve()
          : this.clock.sleep(connection.delayMs, signal));
        if (signal.aborted) throw new Error('aborted');
        // As the connections' shared memory: at the next pull it is somebody else's.
        const lent = read.slice();
        yield lent;
        lent.fill(OVERWRITTEN);
      }
      if (connection.then === 'end') return;
      if (connection.then === 'break') {
        throw new CallscribeError('unavailable', 'ECONNRESET', { retryable: true });
      }
      await aborted(signal);
      throw new Error('aborted');
    } finally {
      this.open -= 1;
    }
  }

  #from(position: StartPosition): FakeFragment[] {
    switch (position.type) {
      case 'earliest':
        return this.fragments;
      case 'producer-time':
        return this.fragments.filter(
          (fragment) => fragment.producerTimestampMs + FRAGMENT_MS > position.epochMs,
        );
      case 'after': {
        const at = this.fragments.findIndex(({ number }) => number === position.fragmentNumber);
        if (at >= 0) return this.fragments.slice(this.after === 'inclusive' ? at : at + 1);
        return [{ number: '', producerTimestampMs: 0, bytes: inBandError(4000) }];
      }
    }
  }
}

/** What a reader gave, with copies of the payloads. */
export class Collected {
  readonly events: ReaderEvent[] = [];
  readonly batches: Pick<ReaderBatch, 'status' | 'idleMs'>[] = [];

  add(batch: ReaderBatch): void {
    this.batches.push({ status: batch.status, idleMs: batch.idleMs });
    for (const event of batch.events) {
      this.events.push(
        event.type === 'block' ? { ...event, payload: event.payload.slice() } : event,
      );
    }
  }

  of<T extends ReaderEvent['type']>(type: T): Extract<ReaderEvent, { type: T }>[] {
    return this.events.filter(
      (event): event is Extract<ReaderEvent, { type: T }> => event.type === type,
    );
  }

  /** Numbers of the fragments that came to their end, in order. */
  get completed(): string[] {
    return this.of('complete').map(({ metadata }) => metadata.fragmentNumber);
  }

  get lastCompleted(): string | undefined {
    return this.of('complete').at(-1)?.metadata.fragmentNumber;
  }

  get status(): ReaderBatch['status'] | undefined {
    return this.batches.at(-1)?.status;
  }

  get idleMs(): number {
    return this.batches.at(-1)?.idleMs ?? 0;
  }

  /** All audio by track, in the order in which it came. */
  audio(): Record<number, string> {
    const byTrack = new Map<number, Uint8Array[]>();
    for (const { trackNumber, payload } of this.of('block')) {
      byTrack.set(trackNumber, [...(byTrack.get(trackNumber) ?? []), payload]);
    }
    return Object.fromEntries(
      [...byTrack].map(([track, parts]) => [track, Buffer.concat(parts).toString('hex')]),
    );
  }
}

export const until = {
  completed: (ordinal: number) => (collected: Collected) =>
    collected.lastCompleted === numberOf(ordinal),
  ended: () => false,
  batches: (count: number) => (collected: Collected) => collected.batches.length >= count,
  live: (collected: Collected) => collected.status === 'live',
};

/** What a reader without trouble gives of these fragments. */
export async function audioOf(fragments: FakeFragment[]): Promise<Record<number, string>> {
  const stream = new FakeStream(fragments);
  const last = fragments.at(-1)?.number;
  const collected = await stream.collect({}, ({ lastCompleted }) => lastCompleted === last);
  return collected.audio();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
