/** What KVS says of a fragment before its audio (PROTOCOLS A2). */
export interface FragmentMetadata {
  /** Decimal text, 47 digits today: compare with `compareFragmentNumbers`, never as Number. */
  readonly fragmentNumber: string;
  /** Epoch milliseconds by the service's clock. */
  readonly serverTimestampMs: number;
  /** Epoch milliseconds, by the producer's clock, of the fragment's first cluster. */
  readonly producerTimestampMs: number;
}

/** A track as its document declares it, of whatever type: `codecId` tells. */
export interface AudioTrack {
  readonly number: number;
  /** Empty when the track has none. */
  readonly name: string;
  readonly codecId: string;
  readonly codecPrivate?: Uint8Array;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitDepth?: number;
}

/**
 * What a GetMedia body consists of, in order. A fragment is `start`, blocks, and then exactly one
 * of `complete`, `failed`, `incomplete` and `malformed`; the last three also come alone when it
 * never got as far as `start`.
 */
export type FragmentEvent =
  | FragmentStart
  | FragmentBlock
  | FragmentComplete
  | FragmentFailed
  | FragmentIncomplete
  | FragmentMalformed;

/** Comes before the first block. */
export interface FragmentStart {
  readonly type: 'start';
  readonly metadata: FragmentMetadata;
  /** The same map as before while the stream declares the same. */
  readonly tracks: ReadonlyMap<number, AudioTrack>;
  /** All tags of the document so far, the producer's (such as `ContactId`) included. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface FragmentBlock {
  readonly type: 'block';
  /** One of the tracks of `start`. */
  readonly trackNumber: number;
  /** Epoch milliseconds by the producer's clock, of the block's first sample. */
  readonly timestampMs: number;
  /** A view of the network's bytes, valid only until the next pull. */
  readonly payload: Uint8Array;
}

/** Both trailing tags were seen: the fragment is whole. */
export interface FragmentComplete {
  readonly type: 'complete';
  readonly metadata: FragmentMetadata;
  /** How far this fragment is behind the newest one of the stream; 0 is the live edge. */
  readonly millisBehindNow: number;
  readonly continuationToken?: string;
  /** All tags of the document. */
  readonly tags: ReadonlyMap<string, string>;
}

/** The service reports a failure inside the body (PROTOCOLS A2, in-band failure). */
export interface FragmentFailed {
  readonly type: 'failed';
  /** 0 when the service gave no number. */
  readonly errorId: number;
  readonly errorCode: string;
  readonly fragmentNumber?: string;
}

/** A new document began, or the body ended, before the trailing tags. */
export interface FragmentIncomplete {
  readonly type: 'incomplete';
  readonly metadata: FragmentMetadata;
}

/** Damage; the next event belongs to a later document. */
export interface FragmentMalformed {
  readonly type: 'malformed';
  readonly message: string;
  /** Counted from the first byte of the body. */
  readonly byteOffset: number;
  /** Of the fragment in which it happened, if its tags had been read. */
  readonly metadata?: FragmentMetadata;
}

/** Negative, 0 or positive as decimal `a` is below, equal to or above decimal `b`. */
export function compareFragmentNumbers(a: string, b: string): number {
  // KVS writes all of a stream's numbers with the same number of digits.
  if (a.length === b.length) return a === b ? 0 : a < b ? -1 : 1;
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
