import { ElementId } from '../../functions/worker/mkv/element-ids';
import { concatBytes, encodeId, encodeSize, encodeUnknownSize } from '../mkv/ebml-encoding';
import { encodeTags } from '../mkv/writer';
import type { ClusterSize } from './options';

export const TAG_PREFIX = 'AWS_KINESISVIDEO_';
const KNOWN_SIZE_OCTETS = 8;

/**
 * `open`: blocks still arrive. `cluster-done`: the cluster is whole, producer tags may follow.
 * `dropped`: refused after it began; readers leave it where they are.
 */
export type FragmentState = 'open' | 'cluster-done' | 'complete' | 'dropped';

/** One fragment as tools and tests see it. Times are epoch milliseconds. */
export interface FragmentInfo {
  readonly streamName: string;
  readonly fragmentNumber: string;
  readonly serverTimestampMs: number;
  readonly producerTimestampMs: number;
  /** From the cluster's start to the start of its last block. */
  readonly lastBlockMs: number;
  readonly blocks: number;
  readonly clusterBytes: number;
  readonly state: FragmentState;
  /** A fault took it out of the stream: the producer got its acknowledgement, no reader gets it. */
  readonly lost: boolean;
}

/** What is known of a fragment when its first bytes arrive. Encoded parts are kept, not copied. */
export interface FragmentStart {
  readonly ordinal: number;
  readonly number: string;
  readonly serverTimestampMs: number;
  readonly producerTimestampMs: number;
  /** EBML header, Segment, Info, Tracks and what else the producer put before its first cluster. */
  readonly header: Uint8Array;
  /** Encoded producer Tags that belong before the cluster. */
  readonly tagsBefore?: Uint8Array;
  /** The cluster's id and size as the producer wrote them. */
  readonly clusterStart: Uint8Array;
  readonly clusterSizeKnown: boolean;
}

/** The encoded parts of a whole fragment, as they go to disk and come back. */
export interface FragmentContent {
  readonly pieces: readonly Uint8Array[];
  readonly tagsAfter: readonly Uint8Array[];
}

/** What precedes a fragment's blocks, and where the structures in it begin. */
export interface FragmentLead {
  readonly bytes: Uint8Array;
  readonly awsTagsOffset: number;
  readonly clusterOffset: number;
}

/**
 * One fragment: encoded once, handed to every reader as views. Its bound is the fragment limit of
 * PutMedia (50 MB).
 */
export class StoredFragment {
  state: FragmentState = 'open';
  lost = false;
  blocks = 0;
  lastBlockMs = 0;
  completedAtMs = Infinity;
  clusterBytes = 0;
  #pieces: Uint8Array[] = [];
  #tagsAfter: Uint8Array[] = [];
  #lead?: { size: ClusterSize; lead: FragmentLead };
  #load?: () => FragmentContent;

  constructor(readonly start: FragmentStart) {}

  get ordinal(): number {
    return this.start.ordinal;
  }

  get number(): string {
    return this.start.number;
  }

  /** Bytes held in memory for it. */
  get memoryBytes(): number {
    return this.#load === undefined ? this.clusterBytes : 0;
  }

  append(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.clusterBytes += bytes.length;
  }

  appendTagsAfter(tags: Uint8Array): void {
    this.#tagsAfter.push(tags);
  }

  /** Encoded cluster children and trailing tags; reads them back when they were unloaded. */
  content(): FragmentContent {
    return this.#load?.() ?? { pieces: this.#pieces, tagsAfter: this.#tagsAfter };
  }

  /** Lets the media go; `load` brings it back from disk. */
  unload(load: () => FragmentContent): void {
    this.#load = load;
    this.#pieces = [];
    this.#tagsAfter = [];
  }

  /** Whether its first bytes may go to a reader: with a known size only once it is whole. */
  readable(size: ClusterSize): boolean {
    if (this.state === 'dropped') return false;
    const live = size === 'unknown' || (size === 'as-produced' && !this.start.clusterSizeKnown);
    return live || this.state !== 'open';
  }

  /** Header, tags and cluster start for readers; encoded for the first, shared by the others. */
  lead(size: ClusterSize): FragmentLead {
    if (this.#lead?.size !== size) this.#lead = { size, lead: this.#encodeLead(size) };
    return this.#lead.lead;
  }

  info(streamName: string): FragmentInfo {
    return {
      streamName,
      fragmentNumber: this.number,
      serverTimestampMs: this.start.serverTimestampMs,
      producerTimestampMs: this.start.producerTimestampMs,
      lastBlockMs: this.lastBlockMs,
      blocks: this.blocks,
      clusterBytes: this.clusterBytes,
      state: this.state,
      lost: this.lost,
    };
  }

  #encodeLead(size: ClusterSize): FragmentLead {
    const { header, tagsBefore, number, serverTimestampMs, producerTimestampMs } = this.start;
    const awsTags = encodeTags([
      { name: `${TAG_PREFIX}FRAGMENT_NUMBER`, value: number },
      { name: `${TAG_PREFIX}SERVER_TIMESTAMP`, value: formatSeconds(serverTimestampMs) },
      { name: `${TAG_PREFIX}PRODUCER_TIMESTAMP`, value: formatSeconds(producerTimestampMs) },
    ]);
    const before = tagsBefore === undefined ? [header] : [header, tagsBefore];
    const bytes = concatBytes([...before, awsTags, this.#clusterStart(size)]);
    const awsTagsOffset = before.reduce((length, part) => length + part.length, 0);
    return { bytes, awsTagsOffset, clusterOffset: awsTagsOffset + awsTags.length };
  }

  #clusterStart(size: ClusterSize): Uint8Array {
    if (size === 'as-produced') return this.start.clusterStart;
    const encoded =
      size === 'known' ? encodeSize(this.clusterBytes, KNOWN_SIZE_OCTETS) : encodeUnknownSize();
    return concatBytes([encodeId(ElementId.Cluster), encoded]);
  }
}

/** Seconds with three decimals, as KVS writes times into tags. */
export function formatSeconds(epochMs: number): string {
  return (Math.round(epochMs) / 1000).toFixed(3);
}
