import { compareFragmentNumbers } from './fragment';
import type { FragmentMetadata } from './fragment';

/** A producer that repeats after a reconnect repeats what was in flight: a few fragments. */
const REMEMBERED_FRAGMENTS = 8;
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Octets of each block that are looked at, evenly spread: enough to tell a copy from new audio. */
const LOOKED_AT = 64;

/** What two fragments of the same audio have in common; built up block by block. */
export class AudioDigest {
  byteLength = 0;
  #hash = FNV_OFFSET_BASIS;

  add(trackNumber: number, payload: Uint8Array): void {
    const step = Math.max(1, Math.floor(payload.length / LOOKED_AT));
    let hash = Math.imul(this.#hash ^ trackNumber ^ payload.length, FNV_PRIME);
    for (let at = 0; at < payload.length; at += step) {
      hash = Math.imul(hash ^ payload[at]!, FNV_PRIME);
    }
    this.#hash = hash;
    this.byteLength += payload.length;
  }

  equals(other: AudioDigest): boolean {
    return this.byteLength === other.byteLength && this.#hash === other.#hash;
  }
}

interface Known {
  readonly metadata: FragmentMetadata;
  readonly digest: AudioDigest;
}

/**
 * Which fragments of one stream have been consumed, that is, read to their trailing tags. Knows
 * the last number, and the audio of the last few fragments by digest (also of one that broke off,
 * as far as it came); the digests do not survive a restart.
 */
export class ConsumedFragments {
  #last: FragmentMetadata | undefined;
  readonly #recent: Known[] = [];

  /**
   * `last`: number of the last fragment consumed before, when a call is resumed. `first`: number
   * of the first fragment that is wanted at all.
   */
  constructor(
    private readonly resumedAfter?: string,
    private readonly first?: string,
  ) {}

  /** Where to read on after; undefined before the first fragment. */
  get lastFragmentNumber(): string | undefined {
    return this.#last?.fragmentNumber ?? this.resumedAfter;
  }

  /** Producer time of the last fragment consumed by this reader. */
  get lastTimestampMs(): number | undefined {
    return this.#last?.producerTimestampMs;
  }

  /** Fragment numbers rise along a stream, so everything up to the last is consumed. */
  isUnwanted(fragmentNumber: string): boolean {
    const last = this.lastFragmentNumber;
    if (last !== undefined && compareFragmentNumbers(fragmentNumber, last) <= 0) return true;
    return this.first !== undefined && compareFragmentNumbers(fragmentNumber, this.first) < 0;
  }

  /**
   * Bytes of the longest known fragment with the same producer time under another number, 0 when
   * there is none. Up to that length this one's audio may be a repetition.
   */
  mayRepeatBytes(metadata: FragmentMetadata): number {
    let longest = 0;
    for (const known of this.#recent) {
      if (isSameMoment(known.metadata, metadata)) {
        longest = Math.max(longest, known.digest.byteLength);
      }
    }
    return longest;
  }

  /** Whether a fragment with the same producer time and just this audio is known. */
  isRepeat(metadata: FragmentMetadata, digest: AudioDigest): boolean {
    return this.#recent.some(
      (known) => isSameMoment(known.metadata, metadata) && known.digest.equals(digest),
    );
  }

  /** Notes audio of a fragment that was passed on before it broke off. */
  breakOff(metadata: FragmentMetadata, digest: AudioDigest): void {
    const before = this.#forget(metadata.fragmentNumber);
    const wentFurther = before !== undefined && before.digest.byteLength > digest.byteLength;
    this.#remember(wentFurther ? before : { metadata, digest });
  }

  /** Notes a fragment as consumed; one that is not wanted changes nothing. */
  consume(metadata: FragmentMetadata, digest: AudioDigest): void {
    if (this.isUnwanted(metadata.fragmentNumber)) return;
    this.#last = metadata;
    this.#forget(metadata.fragmentNumber);
    if (digest.byteLength > 0) this.#remember({ metadata, digest });
  }

  #remember(known: Known): void {
    this.#recent.push(known);
    if (this.#recent.length > REMEMBERED_FRAGMENTS) this.#recent.shift();
  }

  #forget(fragmentNumber: string): Known | undefined {
    const at = this.#recent.findIndex((known) => known.metadata.fragmentNumber === fragmentNumber);
    return at < 0 ? undefined : this.#recent.splice(at, 1)[0];
  }
}

function isSameMoment(known: FragmentMetadata, candidate: FragmentMetadata): boolean {
  return (
    known.producerTimestampMs === candidate.producerTimestampMs &&
    known.fragmentNumber !== candidate.fragmentNumber
  );
}
