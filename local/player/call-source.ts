import type { Channel } from '../../shared/call';
import type { TrackSpec } from '../mkv/writer';

/** One frame of a track. Times are milliseconds after the start of the call's audio. */
export interface SourceBlock {
  readonly trackNumber: number;
  /** Of the first sample. */
  readonly timestampMs: number;
  /** Of the end of the last sample: a live producer has the block then, and not before. */
  readonly endMs: number;
  readonly payload: Uint8Array;
}

/** What becomes one KVS fragment: blocks in the order in which they are sent. */
export interface SourceFragment {
  readonly timestampMs: number;
  readonly blocks: readonly SourceBlock[];
}

export interface SourceLeg {
  readonly channel: Channel;
  /** Absent when the stream has a single track without a name. */
  readonly track?: string;
}

/** A recording that can be played as a live call. */
export interface CallSource {
  readonly tracks: readonly TrackSpec[];
  readonly legs: readonly SourceLeg[];
  /** Where the audio ends, in whole milliseconds after its start. */
  readonly durationMs: number;
  /** Read once, a fragment at a time. Throws `bad-audio` when the file breaks off meanwhile. */
  fragments(): AsyncIterable<SourceFragment>;
  close(): Promise<void>;
}
