import { concatBytes } from '../mkv/ebml-encoding';
import {
  encodeCluster,
  encodeClusterStart,
  encodeHeader,
  encodeSimpleBlock,
  encodeTags,
} from '../mkv/writer';
import type { BlockSpec, TagSpec, TrackSpec } from '../mkv/writer';

/** The end-of-fragment mark of AWS's producer library; see `endOfFragmentTags`. */
const END_OF_FRAGMENT: TagSpec = { name: 'AWS_KINESISVIDEO_END_OF_FRAGMENT', value: '' };

/** Begins a new cluster, with its first blocks. Block times are relative to the cluster's. */
export interface ProducerFragment {
  /** Epoch milliseconds of the cluster's start. */
  readonly producerTimestampMs: number;
  readonly blocks: readonly BlockSpec[];
  /** Put after the cluster. */
  readonly tags?: readonly TagSpec[];
}

/** More blocks of the cluster that the last ProducerFragment began. */
export interface ProducerPiece {
  readonly producerTimestampMs?: undefined;
  readonly blocks: readonly BlockSpec[];
  readonly tags?: readonly TagSpec[];
}

export interface FragmentEncoderOptions {
  readonly tracks: readonly TrackSpec[];
  /** Put before the first cluster; KVS then repeats them before every cluster. */
  readonly tags?: readonly TagSpec[];
  /** Subtracted from producer times to make timecodes; 0 for absolute ones. */
  readonly timecodeBaseMs: number;
  /** `known` holds a cluster back until it is whole; `unknown` (default) sends pieces at once. */
  readonly clusterSize?: 'known' | 'unknown';
  /** Marks each fragment's end, so that it is complete before the next one begins. */
  readonly endOfFragmentTags?: boolean;
}

/** Encodes the body of PutMedia piece by piece. Bound: one cluster, when sizes are known. */
export class FragmentEncoder {
  #headerDue = true;
  #timecodeMs: number | undefined;
  #heldBlocks: BlockSpec[] = [];
  #tagsAfter: TagSpec[] = [];
  /** Fragments begun. */
  fragments = 0;

  constructor(private readonly options: FragmentEncoderOptions) {}

  encode(item: ProducerFragment | ProducerPiece): Uint8Array {
    const parts: Uint8Array[] = [];
    if (item.producerTimestampMs !== undefined) {
      parts.push(this.#endCluster(), this.#beginCluster(item.producerTimestampMs));
    } else if (this.#timecodeMs === undefined) {
      throw new TypeError('fragments: the first item must have a producerTimestampMs');
    }
    if (this.options.clusterSize === 'known') this.#heldBlocks.push(...item.blocks);
    else parts.push(...item.blocks.map(encodeSimpleBlock));
    this.#tagsAfter.push(...(item.tags ?? []));
    return concatBytes(parts);
  }

  /** What is still to be sent once there are no more items. */
  end(): Uint8Array {
    return this.#endCluster();
  }

  #beginCluster(producerTimestampMs: number): Uint8Array {
    const { tracks, tags, timecodeBaseMs, clusterSize } = this.options;
    const parts: Uint8Array[] = [];
    if (this.#headerDue) {
      parts.push(encodeHeader(tracks));
      if (tags !== undefined && tags.length > 0) parts.push(encodeTags(tags));
    }
    this.#headerDue = false;
    this.#timecodeMs = producerTimestampMs - timecodeBaseMs;
    this.fragments += 1;
    if (clusterSize !== 'known') parts.push(encodeClusterStart(this.#timecodeMs));
    return concatBytes(parts);
  }

  #endCluster(): Uint8Array {
    if (this.#timecodeMs === undefined) return new Uint8Array();
    const { clusterSize, endOfFragmentTags } = this.options;
    const parts: Uint8Array[] = [];
    if (clusterSize === 'known') {
      const cluster = { timestampMs: this.#timecodeMs, blocks: this.#heldBlocks };
      parts.push(encodeCluster({ ...cluster, size: 'known' }));
    }
    if (this.#tagsAfter.length > 0) parts.push(encodeTags(this.#tagsAfter));
    if (endOfFragmentTags === true) parts.push(encodeTags([END_OF_FRAGMENT]));
    this.#timecodeMs = undefined;
    this.#heldBlocks = [];
    this.#tagsAfter = [];
    return concatBytes(parts);
  }
}
