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
    const { length } = payload;
    const step = Math.max(1, Math.floor(length / LOOKED_AT));
    let hash = Math.imul(this.#hash ^ trackNumber ^ length, FNV_PRIME);
    let at = 0;
    // Four octets at once: one by one, each would wait for the multiplication before it.
    for (const lastFour = length - 3 * step; at < lastFour; at += 4 * step) {
      const low = payload[at]! | (payload[at + step]! << 8);
      const high = payload[at + 2 * step]! | (payload[at + 3 * step]! << 8);
      hash = mix(hash, low | (high << 16));
    }
    for (; at < length; at += step) hash = Math.imul(hash ^ payload[at]!, FNV_PRIME);
    this.#hash = hash;
    this.byteLength += length;
  }

  equals(other: AudioDigest): boolean {
    return this.byteLength === other.byteLength && this.#hash === other.#hash;
  }
}

/** A step of MurmurHash3: in FNV's the upper octets of a word would hardly count. */
function mix(hash: number, word: number): number {
  const once = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((once << 15) | (once >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
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
  /** Producer time of the latest fragment ever remembered: a later one repeats none. */
  #latestMs = -Infinity;
  /** Whether a fragment has ever been remembered before it was consumed. */
  #hasBrokenOff = false;

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
    if (metadata.producerTimestampMs > this.#latestMs) return 0;
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
    this.#hasBrokenOff = true;
    const before = this.#forget(metadata.fragmentNumber);
    const wentFurther = before !== undefined && before.digest.byteLength > digest.byteLength;
    this.#remember(wentFurther ? before : { metadata, digest });
  }

  /** Notes a fragment as consumed; one that is not wanted changes nothing. */
  consume(metadata: FragmentMetadata, digest: AudioDigest): void {
    if (this.isUnwanted(metadata.fragmentNumber)) return;
    this.#last = metadata;
    if (this.#hasBrokenOff) this.#forget(metadata.fragmentNumber);
    if (digest.byteLength > 0) this.#remember({ metadata, digest });
  }

  #remember(known: Known): void {
    this.#latestMs = Math.max(this.#latestMs, known.metadata.producerTimestampMs);
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
