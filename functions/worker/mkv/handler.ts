import type { MkvTag, MkvTrack } from './header-elements';

/** Called synchronously, in stream order. Offsets count from the first byte ever pushed. */
export interface MkvHandler {
  /** An EBML header: everything known of tracks, tags and clusters is void. */
  onDocument(byteOffset: number): void;
  onTimestampScale(nanoseconds: number): void;
  /** The same array as before when the stream repeats itself; it never changes. */
  onTracks(tracks: readonly MkvTrack[]): void;
  onTags(tags: readonly MkvTag[]): void;
  /** A cluster with its own timestamp, in ticks of the timestamp scale. */
  onCluster(timestamp: number): void;
  /**
   * One block, its timestamp in ticks after the cluster's. The audio is [start, end) of `bytes`:
   * the pushed array itself, or one of the block's own when reads had split it.
   */
  onBlock(
    trackNumber: number,
    relativeTimestamp: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void;
  /** Damage; what follows is skipped up to the next document. */
  onMalformed(message: string, byteOffset: number): void;
}
