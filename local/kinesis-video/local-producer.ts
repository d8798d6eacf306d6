import { encodeClusterStart, encodeHeader, encodeSimpleBlock, encodeTags } from '../mkv/writer';
import type { BlockSpec, TagSpec, TrackSpec } from '../mkv/writer';
import { concatBytes } from '../mkv/ebml-encoding';
import type { MediaStream } from './media-stream';
import type { FragmentInfo, StoredFragment } from './stored-fragment';

/** A Cluster's id (4) and the writer's unknown size (8) before its Timestamp. */
const CLUSTER_START_BYTES = 12;

export interface LocalProducerOptions {
  readonly tracks: readonly TrackSpec[];
  /** Before every cluster, such as ContactId. */
  readonly tags?: readonly TagSpec[];
}

/**
 * A producer in this process, without HTTP and without PutMedia's checks: for tests, and for
 * benches with thousands of streams. Fragments have clusters of unknown size.
 */
export class LocalProducer {
  readonly #header: Uint8Array;
  #fragment: StoredFragment | undefined;

  constructor(
    private readonly stream: MediaStream,
    private readonly nowMs: () => number,
    private readonly onFragment: ((fragment: FragmentInfo) => void) | undefined,
    options: LocalProducerOptions,
  ) {
    const tags = options.tags === undefined ? [] : [encodeTags(options.tags)];
    this.#header = concatBytes([encodeHeader(options.tracks), ...tags]);
  }

  /** Begins a fragment, and ends the one before it. */
  begin(producerTimestampMs: number): void {
    this.end();
    const cluster = encodeClusterStart(producerTimestampMs);
    this.#fragment = this.stream.open({
      serverTimestampMs: this.nowMs(),
      producerTimestampMs,
      header: this.#header,
      clusterStart: cluster.subarray(0, CLUSTER_START_BYTES),
      clusterSizeKnown: false,
    });
    this.stream.append(this.#fragment, cluster.subarray(CLUSTER_START_BYTES));
  }

  /** Adds blocks to the current fragment; readers get them at once. */
  write(blocks: readonly BlockSpec[]): void {
    const bytes = concatBytes(blocks.map(encodeSimpleBlock));
    this.writeEncoded(bytes, blocks.length, blocks.at(-1)?.timestampMs ?? 0);
  }

  /** As `write`, of whole encoded SimpleBlocks, kept as they are. */
  writeEncoded(bytes: Uint8Array, blocks: number, lastBlockMs: number): void {
    const fragment = this.#fragment;
    if (fragment === undefined) throw new Error('begin a fragment before its blocks');
    fragment.blocks += blocks;
    fragment.lastBlockMs = Math.max(fragment.lastBlockMs, lastBlockMs);
    this.stream.append(fragment, bytes);
  }

  /** Completes the current fragment, with tags after its cluster if there are any. */
  end(tagsAfter: readonly TagSpec[] = []): FragmentInfo | undefined {
    const fragment = this.#fragment;
    if (fragment === undefined) return undefined;
    this.#fragment = undefined;
    if (tagsAfter.length > 0) fragment.appendTagsAfter(encodeTags(tagsAfter));
    this.stream.complete(fragment);
    const info = fragment.info(this.stream.name);
    this.onFragment?.(info);
    return info;
  }
}
