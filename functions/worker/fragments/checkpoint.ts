import { compareFragmentNumbers } from './fragment';
import type { FragmentMetadata } from './fragment';

/** A producer that repeats after a reconnect repeats what was in flight: a few fragments. */
const REMEMBERED_FRAGMENTS = 8;
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** What two fragments of the same audio have in common; built up block by block. */
export class AudioDigest {
  byteLength = 0;
  private hash = FNV_OFFSET_BASIS;

  add(trackNumber: number, payload: Uint8Array): void {
    let hash = Math.imul(this.hash ^ trackNumber, FNV_PRIME);
    for (let at = 0; at < payload.length; at += 1) {
      hash = Math.imul(hash ^ payload[at]!, FNV_PRIME);
    }
    this.hash = hash;
    this.byteLength += payload.length;
  }

  equals(other: AudioDigest): boolean {
    return this.byteLength === other.byteLength && this.hash === other.hash;
  }
}

/**
 * Which fragments of one leg have been consumed, that is, read to their trailing tags. Knows the
 * last number, and the audio of the last few fragments by digest; those do not survive a restart.
 */
export class ConsumedFragments {
  private last: string | undefined;
  private readonly recent: { metadata: FragmentMetadata; digest: AudioDigest }[] = [];

  /** `last`: the last consumed fragment number of a checkpoint, if the leg is resumed. */
  constructor(last?: string) {
    this.last = last;
  }

  /** Where to read on after; undefined before the first fragment. */
  get lastFragmentNumber(): string | undefined {
    return this.last;
  }

  /** Fragment numbers rise along a stream, so everything up to the last is consumed. */
  wasConsumed(fragmentNumber: string): boolean {
    return this.last !== undefined && compareFragmentNumbers(fragmentNumber, this.last) <= 0;
  }

  /**
   * Whether a recent fragment with another number has the same producer time. Only then can
   * `isRepeat` be true, so only then does a fragment's audio have to wait for its end.
   */
  mayRepeat(metadata: FragmentMetadata): boolean {
    return this.recent.some((known) => isSameMoment(known.metadata, metadata));
  }

  /** Whether a recent fragment has the same producer time and audio under another number. */
  isRepeat(metadata: FragmentMetadata, digest: AudioDigest): boolean {
    return this.recent.some(
      (known) => isSameMoment(known.metadata, metadata) && known.digest.equals(digest),
    );
  }

  /** Notes a fragment as consumed; one that is behind the last changes nothing. */
  consume(metadata: FragmentMetadata, digest: AudioDigest): void {
    if (this.wasConsumed(metadata.fragmentNumber)) return;
    this.last = metadata.fragmentNumber;
    this.recent.push({ metadata, digest });
    if (this.recent.length > REMEMBERED_FRAGMENTS) this.recent.shift();
  }
}

function isSameMoment(known: FragmentMetadata, candidate: FragmentMetadata): boolean {
  return (
    known.producerTimestampMs === candidate.producerTimestampMs &&
    known.fragmentNumber !== candidate.fragmentNumber
  );
}
