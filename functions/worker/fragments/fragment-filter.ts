import type { GapReason } from '../../../shared/events';
import type { FragmentEvent } from './fragment';
import type { FragmentGuard } from './guard';
import type { ReaderEvent } from './reader-batch';

/** What the reader has to do after an event. */
export type Directive = 'go-on' | 'read-again' | 'another-call';

/** A fragment held back for its trailing tags is dropped beyond this (KVS's own limit). */
const MAX_HELD_BYTES = 50 * 1024 * 1024;

type FragmentStart = Extract<FragmentEvent, { type: 'start' }>;
type FragmentBlock = Extract<FragmentEvent, { type: 'block' }>;

interface CurrentFragment {
  readonly start: FragmentStart;
  /** Not ours, or consumed already: nothing of it is passed on. */
  readonly dropped: boolean;
  readonly resumed: boolean;
  /** Bytes of each track passed on so far, and how many of them to leave out this time. */
  readonly consumed: Map<number, number>;
  readonly toSkip: Map<number, number>;
}

/**
 * Lets each byte of each fragment of this call through exactly once, whatever the connection
 * does: fragments consumed before are dropped by number, a fragment that broke off continues
 * where it stopped, another call's are kept out.
 */
export class FragmentFilter {
  #last: string | null;
  #current: CurrentFragment | undefined;
  /** A fragment whose verdict or whose likeness to an earlier one is open. */
  #held: { bytes: number; events: ReaderEvent[] } | undefined;
  #ownSeen = false;
  #rereadAfter: string | null | undefined;
  #lastTimestampMs: number | undefined;
  #lastFingerprint = '';
  #fingerprint = '';

  /** `before`: fragments below this number are not wanted; `last`: consumed before (resume). */
  constructor(
    private readonly guard: FragmentGuard,
    private readonly before: string | undefined,
    last: string | null,
  ) {
    this.#last = last;
  }

  /** Number of the last fully consumed fragment. */
  get last(): string | null {
    return this.#last;
  }

  get lastTimestampMs(): number | undefined {
    return this.#lastTimestampMs;
  }

  accept(event: FragmentEvent, out: ReaderEvent[]): Directive {
    switch (event.type) {
      case 'start':
        return this.#start(event, out);
      case 'block':
        this.#block(event, out);
        return 'go-on';
      case 'complete':
        return this.#complete(event, out);
      case 'incomplete':
        return this.#damaged('malformed', out);
      case 'malformed':
        return this.#damaged('malformed', out);
      case 'failed':
        return 'read-again';
    }
  }

  #start(event: FragmentStart, out: ReaderEvent[]): Directive {
    const number = event.metadata.fragmentNumber;
    const before = this.#current;
    const resumed = before?.start.metadata.fragmentNumber === number && !before.dropped;
    const verdict = this.guard.judge(event.tags);
    if (verdict === 'foreign' && this.#ownSeen && !this.#isOld(number)) return 'another-call';
    const consumed = resumed ? before.consumed : new Map<number, number>();
    this.#current = {
      start: event,
      dropped: this.#isOld(number) || verdict === 'foreign',
      resumed,
      consumed,
      toSkip: new Map(consumed),
    };
    this.#held = undefined;
    this.#fingerprint = '';
    if (this.#current.dropped) return 'go-on';
    if (verdict === 'own') this.#ownSeen = true;
    const repeats = event.metadata.producerTimestampMs === this.#lastTimestampMs;
    if (verdict === 'unknown' || (repeats && !resumed)) this.#held = { bytes: 0, events: [] };
    this.#pass(
      {
        type: 'start',
        metadata: event.metadata,
        tracks: event.tracks,
        previousFragmentNumber: this.#last,
        resumed,
      },
      out,
    );
    return 'go-on';
  }

  #block(event: FragmentBlock, out: ReaderEvent[]): void {
    const current = this.#current;
    if (current === undefined || current.dropped) return;
    const { trackNumber, payload, timestampMs } = event;
    const skip = Math.min(current.toSkip.get(trackNumber) ?? 0, payload.length);
    if (skip > 0) {
      current.toSkip.set(trackNumber, (current.toSkip.get(trackNumber) ?? 0) - skip);
      if (skip === payload.length) return;
    }
    this.#fingerprint = fingerprint(this.#fingerprint, trackNumber, payload);
    const rest = skip === 0 ? payload : payload.subarray(skip);
    if (this.#held === undefined) {
      const consumed = (current.consumed.get(trackNumber) ?? 0) + rest.length;
      current.consumed.set(trackNumber, consumed);
    }
    this.#pass(
      { type: 'block', trackNumber, timestampMs, consumedBytes: skip, payload: rest },
      out,
    );
  }

  #complete(event: Extract<FragmentEvent, { type: 'complete' }>, out: ReaderEvent[]): Directive {
    const current = this.#current;
    if (current !== undefined && !current.dropped) {
      const held = this.#held;
      this.#held = undefined;
      const verdict = this.guard.judge(event.tags);
      if (held !== undefined && verdict === 'foreign') {
        if (this.#ownSeen) return 'another-call';
      } else if (held !== undefined && this.#isRepeat(event.metadata.producerTimestampMs)) {
        // The same audio under another number: KVS has it twice, the call has it once.
      } else {
        if (verdict === 'own') this.#ownSeen = true;
        // Without a tag it is ours only in the company of fragments that are.
        if (verdict === 'unknown' && !this.#ownSeen) {
          out.push({ type: 'skipped', reason: 'stream-error' });
        } else {
          if (held !== undefined) out.push(...held.events);
          out.push({ type: 'complete', metadata: event.metadata });
        }
      }
      this.#lastTimestampMs = event.metadata.producerTimestampMs;
      this.#lastFingerprint = this.#fingerprint;
    }
    this.#current = undefined;
    if (!this.#isOld(event.metadata.fragmentNumber)) this.#last = event.metadata.fragmentNumber;
    return 'go-on';
  }

  /** Damaged once: read it again. Damaged again at the same place: go on without it. */
  #damaged(reason: GapReason, out: ReaderEvent[]): Directive {
    if (this.#current?.dropped === true) return 'go-on';
    this.#held = undefined;
    if (this.#rereadAfter !== this.#last) {
      this.#rereadAfter = this.#last;
      return 'read-again';
    }
    out.push({ type: 'skipped', reason });
    return 'go-on';
  }

  #pass(event: ReaderEvent, out: ReaderEvent[]): void {
    const held = this.#held;
    if (held === undefined) {
      out.push(event);
      return;
    }
    if (event.type !== 'block') {
      held.events.push(event);
      return;
    }
    held.bytes += event.payload.length;
    if (held.bytes > MAX_HELD_BYTES) {
      held.events.length = 0;
      return;
    }
    held.events.push({ ...event, payload: event.payload.slice() });
  }

  #isOld(number: string): boolean {
    const value = BigInt(number);
    if (this.#last !== null && value <= BigInt(this.#last)) return true;
    return this.before !== undefined && value < BigInt(this.before);
  }

  #isRepeat(producerTimestampMs: number): boolean {
    return (
      producerTimestampMs === this.#lastTimestampMs &&
      this.#fingerprint !== '' &&
      this.#fingerprint === this.#lastFingerprint
    );
  }
}

/** Cheap and order-sensitive (FNV-1a over a sample of each block): tells a copy from new audio. */
function fingerprint(before: string, trackNumber: number, payload: Uint8Array): string {
  let hash = before === '' ? 0x811c9dc5 : parseInt(before, 36);
  hash = Math.imul(hash ^ trackNumber ^ payload.length, 0x01000193);
  const step = Math.max(1, payload.length >> 6);
  for (let i = 0; i < payload.length; i += step) {
    hash = Math.imul(hash ^ (payload[i] as number), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
