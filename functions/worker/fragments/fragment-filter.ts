import type { ConsumedFragments } from './checkpoint';
import { AudioDigest } from './checkpoint';
import type {
  FragmentBlock,
  FragmentComplete,
  FragmentEvent,
  FragmentMetadata,
  FragmentStart,
} from './fragment';
import type { FragmentGuard } from './guard';
import { HeldFragment } from './held-fragment';
import type { ReaderEvent } from './reader-batch';

/** What the reader has to do after an event. */
export type Directive = 'go-on' | 'read-again' | 'another-call';

/** Damaged places between two whole fragments that are each read a second time. */
const MAX_READ_AGAIN = 8;
/** Fragments between two whole ones of which it is remembered what went out. */
const MAX_PARTLY = 64;

interface OpenFragment {
  readonly metadata: FragmentMetadata;
  /** Not ours, or consumed already: nothing of it is passed on. */
  readonly dropped: boolean;
  /** Of all its audio in this reading. */
  readonly digest: AudioDigest;
  /** Bytes of each track that went out, in this reading and those before. */
  readonly passed: Map<number, number>;
  /** How many of them are still to be left out in this reading. */
  readonly toSkip: Map<number, number> | undefined;
  held: HeldFragment | undefined;
}

/**
 * Lets each byte of each fragment of this call through exactly once, whatever the connection
 * does: fragments consumed before are dropped by number, a repetition under another number by
 * time and bytes, a fragment that broke off continues where it stopped, another call's are kept
 * out. Holds at most one fragment (`HeldFragment`), and only when it cannot be judged at once.
 */
export class FragmentFilter {
  #current: OpenFragment | undefined;
  /** Bytes that went out of fragments that then broke off, since the last whole one. */
  readonly #partly = new Map<string, Map<number, number>>();
  #lastStarted = '';
  /** Damaged places that were sent for again since the last whole fragment. */
  readonly #readAgain = new Set<string>();

  constructor(
    private readonly guard: FragmentGuard,
    private readonly consumed: ConsumedFragments,
    /** Whether a fragment of this call is known to have come before. */
    private ownSeen: boolean,
  ) {}

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
      case 'malformed':
        return this.#damaged(event.metadata, out);
      case 'failed':
        this.breakOff();
        return 'read-again';
    }
  }

  /** The connection is gone; what went out of an open fragment is not passed on again. */
  breakOff(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined || current.dropped || current.passed.size === 0) return;
    const { fragmentNumber } = current.metadata;
    if (this.#partly.size < MAX_PARTLY) this.#partly.set(fragmentNumber, current.passed);
    if (current.held === undefined) this.consumed.breakOff(current.metadata, current.digest);
  }

  #start({ metadata, tracks, tags }: FragmentStart, out: ReaderEvent[]): Directive {
    const { fragmentNumber } = metadata;
    this.#lastStarted = fragmentNumber;
    const isUnwanted = this.consumed.isUnwanted(fragmentNumber);
    const verdict = isUnwanted ? 'foreign' : this.guard.atStart(tags);
    const dropped = verdict === 'foreign';
    if (dropped && !isUnwanted && this.ownSeen) return 'another-call';
    const before = this.#partly.get(fragmentNumber);
    const resumed = before !== undefined;
    const passed = before ?? new Map<number, number>();
    this.#current = {
      metadata,
      dropped,
      digest: new AudioDigest(),
      passed,
      toSkip: passed.size > 0 ? new Map(passed) : undefined,
      held: undefined,
    };
    if (dropped) return 'go-on';
    if (verdict === 'own') this.ownSeen = true;
    const previousFragmentNumber = this.consumed.lastFragmentNumber ?? null;
    const start = { type: 'start', metadata, tracks, previousFragmentNumber, resumed } as const;
    const mayRepeatBytes = this.consumed.mayRepeatBytes(metadata);
    if (verdict !== 'unknown' && mayRepeatBytes === 0) out.push(start);
    else this.#current.held = new HeldFragment(start, verdict === 'unknown', mayRepeatBytes);
    return 'go-on';
  }

  #block(event: FragmentBlock, out: ReaderEvent[]): void {
    const current = this.#current;
    if (current === undefined || current.dropped) return;
    current.digest.add(event.trackNumber, event.payload);
    const block = current.toSkip === undefined ? event : withoutPassed(event, current.toSkip);
    if (block === undefined) return;
    if (current.held !== undefined) {
      this.#hold(block, current, current.held, out);
      return;
    }
    notePassed(current, block);
    out.push(block);
  }

  #hold(block: FragmentBlock, current: OpenFragment, held: HeldFragment, out: ReaderEvent[]): void {
    held.add(block);
    if (held.mayRepeatBytes > 0) {
      const { metadata, digest } = current;
      if (this.consumed.isRepeat(metadata, digest)) {
        // The same audio under another number: KVS has it twice, the call has it once.
        for (const known of held.dropBlocks()) notePassed(current, known);
        held.mayRepeatBytes = 0;
      } else if (digest.byteLength >= held.mayRepeatBytes) held.mayRepeatBytes = 0;
    }
    if (held.mayGo) this.#release(current, out);
  }

  #release(current: OpenFragment, out: ReaderEvent[]): void {
    const from = out.length;
    current.held?.release(out);
    current.held = undefined;
    for (let index = from; index < out.length; index++) {
      const event = out[index];
      if (event?.type === 'block') notePassed(current, event);
    }
  }

  #complete({ metadata, tags }: FragmentComplete, out: ReaderEvent[]): Directive {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return 'go-on';
    if (current.held?.untilTagged === true) {
      const verdict = this.guard.atEnd(tags);
      if (verdict === 'foreign' && this.ownSeen) return 'another-call';
      if (verdict === 'own') this.ownSeen = true;
      // Without a tag it is ours only in the company of fragments that are.
      if (!this.ownSeen || verdict === 'foreign') {
        this.consumed.consume(metadata, new AudioDigest());
        return 'go-on';
      }
    }
    this.#release(current, out);
    if (!current.dropped) {
      out.push({ type: 'complete', metadata });
      // Clearing an empty one is slow.
      if (this.#readAgain.size > 0) this.#readAgain.clear();
      if (this.#partly.size > 0) this.#partly.clear();
    }
    this.consumed.consume(metadata, current.dropped ? new AudioDigest() : current.digest);
    return 'go-on';
  }

  /** Damaged once: read it again. Damaged again at the same place: go on without it. */
  #damaged(metadata: FragmentMetadata | undefined, out: ReaderEvent[]): Directive {
    const number = metadata?.fragmentNumber ?? this.#current?.metadata.fragmentNumber;
    if (number !== undefined && this.consumed.isUnwanted(number)) return 'go-on';
    if (this.#current?.dropped === true) return 'go-on';
    this.breakOff();
    const place = number ?? `after ${this.#lastStarted}`;
    if (!this.#readAgain.has(place) && this.#readAgain.size < MAX_READ_AGAIN) {
      this.#readAgain.add(place);
      return 'read-again';
    }
    out.push({ type: 'skipped', reason: 'malformed' });
    return 'go-on';
  }
}

/** What is left of a block after the bytes that went out before; undefined when nothing is. */
function withoutPassed(
  block: FragmentBlock,
  toSkip: Map<number, number>,
): (FragmentBlock & { readonly consumedBytes?: number }) | undefined {
  const { trackNumber, payload } = block;
  const left = toSkip.get(trackNumber) ?? 0;
  if (left === 0) return block;
  const consumedBytes = Math.min(left, payload.length);
  toSkip.set(trackNumber, left - consumedBytes);
  if (consumedBytes === payload.length) return undefined;
  return { ...block, consumedBytes, payload: payload.subarray(consumedBytes) };
}

function notePassed(fragment: OpenFragment, block: FragmentBlock): void {
  const { trackNumber, payload } = block;
  fragment.passed.set(trackNumber, (fragment.passed.get(trackNumber) ?? 0) + payload.length);
}
