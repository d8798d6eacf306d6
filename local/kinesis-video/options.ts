import type { FaultBoard } from '../faults/fault-board';
import type { FragmentInfo } from './stored-fragment';

const MINUTE_MS = 60_000;

/**
 * The service's limits as its pages give them (PROTOCOLS A1, A2); each can be set, so that a test
 * can have a "45 minute" session of 2 s. Infinity switches a limit off.
 */
export const DEFAULT_LIMITS = {
  getDataEndpointCallsPerSecond: 5,
  getMediaCallsPerSecond: 5,
  getMediaConnectionsPerStream: 3,
  getMediaBytesPerSecond: 25_000_000,
  /** Reported, not documented: a GetMedia body ends without a word after 40 to 50 minutes. */
  getMediaSessionMs: 45 * MINUTE_MS,
  /** A body also ends when nothing arrived for a while; the real delay is not published. */
  getMediaIdleMs: 30_000,
  putMediaCallsPerSecond: 5,
  putMediaConnectionsPerStream: 1,
  /** PutMedia is closed when no byte came for so long. */
  putMediaIdleMs: 30_000,
  /** While nothing comes, an Idle acknowledgement goes out so often. */
  putMediaIdleAckMs: 5_000,
  /** Error 4003; the real threshold is not published. */
  putMediaSessionMs: Infinity,
  fragmentBytes: 50_000_000,
  fragmentDurationMs: 10_000,
  tracksPerFragment: 3,
  tagsPerFragment: 10,
  /** Every fragment needs a frame of every declared track (error 4011): 1 on, 0 off. */
  frameOfEveryTrack: 1,
  /** Without retention a stream lives in a buffer of 5 minutes or 200 MB, whichever ends first. */
  hostBufferMs: 5 * MINUTE_MS,
  hostBufferBytes: 200_000_000,
  /** Ours: media of all streams together; beyond it a stream gives up its own oldest fragments. */
  memoryBytes: 2_000_000_000,
} as const satisfies Record<string, number>;
export type KinesisVideoLimits = { readonly [Name in keyof typeof DEFAULT_LIMITS]: number };

/**
 * How clusters reach readers: as the producer wrote them, or always with a known size (then a
 * fragment is sent once it is complete), or always unknown (then it is sent as it arrives).
 */
export type ClusterSize = 'as-produced' | 'known' | 'unknown';

/** Behaviour of which AWS publishes nothing; see each field. Settable for one stream. */
export interface StreamBehaviour {
  readonly clusterSize: ClusterSize;
  /** Producer tags between two clusters: of the fragment before them, or of the one after. */
  readonly producerTags: 'follow' | 'precede';
  /** Whether AfterFragmentNumber starts with that very fragment or with the next. */
  readonly afterFragment: 'exclusive' | 'inclusive';
}

export const DEFAULT_BEHAVIOUR = {
  clusterSize: 'as-produced',
  producerTags: 'follow',
  afterFragment: 'exclusive',
} as const satisfies StreamBehaviour;

export interface KinesisVideoOptions {
  /** Port on 127.0.0.1; a free one when absent. */
  readonly port?: number;
  readonly limits?: Partial<KinesisVideoLimits>;
  readonly behaviour?: Partial<StreamBehaviour>;
  /** PutMedia by name to a stream that does not exist creates it, with an hour of retention. */
  readonly autoCreate?: boolean;
  /** Streams and fragments are kept here and found again after a restart. */
  readonly dataDir?: string;
  readonly faults?: FaultBoard;
  /** Epoch milliseconds: server timestamps, retention, call rates. */
  readonly nowMs?: () => number;
  /** 0 up to 1. */
  readonly random?: () => number;
  /** Told of every fragment once it is complete, also of one that a fault made disappear. */
  readonly onFragment?: (fragment: FragmentInfo) => void;
}
