import type { GapReason } from '../../../shared/events';
import type { AudioTrack, FragmentMetadata } from './fragment';

/**
 * Where a reader stands. `live`: connected, and everything the stream holds has been delivered;
 * only then does the absence of audio mean that there is none.
 */
export type ReaderStatus = 'connecting' | 'behind' | 'live';

export type ReaderEvent =
  | {
      readonly type: 'start';
      readonly metadata: FragmentMetadata;
      readonly tracks: ReadonlyMap<number, AudioTrack>;
      /** The fragment delivered before this one, if any. */
      readonly previousFragmentNumber: string | null;
      /** The same fragment again after a broken connection; its consumed bytes are left out. */
      readonly resumed: boolean;
    }
  | {
      readonly type: 'block';
      readonly trackNumber: number;
      /** Producer time of the whole block's first byte, epoch milliseconds. */
      readonly timestampMs: number;
      /** Bytes of this block that were delivered before a broken connection; none when absent. */
      readonly consumedBytes?: number;
      /** Valid until the next pull. */
      readonly payload: Uint8Array;
    }
  | { readonly type: 'complete'; readonly metadata: FragmentMetadata }
  /** Audio was given up for this reason; the next hole is its trace. */
  | { readonly type: 'skipped'; readonly reason: GapReason }
  | { readonly type: 'ended'; readonly reason: 'another-call' | 'stream-deleted' };

export interface ReaderBatch {
  readonly status: ReaderStatus;
  /** Milliseconds that the reader has waited since it last delivered audio (or since it began). */
  readonly idleMs: number;
  readonly events: readonly ReaderEvent[];
}
