import { concatBytes } from '../mkv/ebml-encoding';
import { acknowledge, acknowledgeError } from './acknowledgement';
import type { AcknowledgedFragment, Acknowledgement } from './acknowledgement';
import { ClusterSplitter } from './cluster-splitter';
import type { ProducerHeader, SplitterSink } from './cluster-splitter';
import { readTags } from './ebml-scan';
import type { StreamFaults } from './faults';
import { PutMediaError } from './media-errors';
import type { MediaStream } from './media-stream';
import type { FragmentInfo, StoredFragment } from './stored-fragment';
import { TAG_PREFIX } from './stored-fragment';
import type { KinesisVideoLimits } from './options';

/** Producers of the C SDK mark a fragment's end so when the next one will not follow at once. */
const END_OF_FRAGMENT_TAG = `${TAG_PREFIX}END_OF_FRAGMENT`;
/** Documented lengths of fragment metadata: name 128 bytes, value 256. */
const MAX_TAG_NAME = 128;
const MAX_TAG_VALUE = 256;
const NANOSECONDS_PER_MS = 1_000_000;
/** The last millisecond that a Date can hold. */
const MAX_TIMESTAMP_MS = 8_640_000_000_000_000;

export interface PutSessionOptions {
  readonly stream: MediaStream;
  /** Added to every timecode: the producer's start when timecodes are relative, else 0. */
  readonly timecodeBaseMs: number;
  readonly limits: KinesisVideoLimits;
  readonly faults: StreamFaults;
  readonly nowMs: () => number;
  readonly acknowledge: (acknowledgement: Acknowledgement) => void;
  readonly onFragment?: (fragment: FragmentInfo) => void;
  /** Called when the `stream-deleted` fault strikes. */
  readonly deleteStream: () => void;
}

/** A cluster of which the start has arrived, and the fragment made of it once its time is known. */
interface ClusterInProgress {
  readonly startBytes: Uint8Array;
  readonly sizeKnown: boolean;
  readonly serverTimestampMs: number;
  /** Children that came before the Timestamp, such as CRC-32. */
  early: Uint8Array[];
  bytes: number;
  fragment?: StoredFragment;
  timecodeMs: number;
  firstBlockMs: number;
  readonly tracksSeen: Set<number>;
  tagCount: number;
}

/**
 * Makes fragments of one PutMedia body: one cluster, one fragment. What breaks a rule of the
 * service throws PutMediaError from `push` or `end`; call `fail` with it.
 */
export class PutSession implements SplitterSink {
  readonly #splitter: ClusterSplitter;
  #header: ProducerHeader | undefined;
  #cluster: ClusterInProgress | undefined;
  #tagsBefore: Uint8Array[] = [];
  /** Latest block of all finished fragments, as timecode milliseconds. */
  #latestBlockMs = -Infinity;
  #latestInFragmentMs = -Infinity;

  constructor(private readonly options: PutSessionOptions) {
    this.#splitter = new ClusterSplitter(this, options.limits.fragmentBytes);
  }

  push(bytes: Uint8Array): void {
    if (this.options.stream.deleted) throw new PutMediaError(4008);
    this.#splitter.push(bytes);
  }

  /** The producer is done; a body that ends inside an element is error 4006. */
  end(): void {
    if (!this.#splitter.end()) throw new PutMediaError(4006);
    this.#finishFragment();
  }

  /** The producer is gone: what is whole stays, and a known-size cluster that is not goes. */
  abort(): void {
    const fragment = this.#cluster?.fragment;
    if (fragment === undefined) return;
    this.#cluster = undefined;
    const { stream } = this.options;
    const truncated = fragment.start.clusterSizeKnown && fragment.state === 'open';
    if (truncated || fragment.blocks === 0) stream.drop(fragment);
    else this.#complete(fragment);
  }

  /** Takes the current fragment back and tells the producer why. */
  fail(error: PutMediaError): void {
    const current = this.#cluster?.fragment;
    const acknowledged = this.#acknowledged();
    this.#cluster = undefined;
    if (current !== undefined && current.state !== 'complete') this.options.stream.drop(current);
    this.options.acknowledge(acknowledgeError(error.errorId, acknowledged));
  }

  header(header: ProducerHeader): void {
    const tracks = header.trackNumbers.length;
    if (tracks === 0) throw new PutMediaError(4006);
    if (tracks > this.options.limits.tracksPerFragment) throw new PutMediaError(4012);
    this.#header = header;
  }

  clusterStart(bytes: Uint8Array, sizeKnown: boolean): void {
    this.#finishFragment();
    this.#cluster = {
      startBytes: bytes,
      sizeKnown,
      serverTimestampMs: this.options.nowMs(),
      early: [],
      bytes: 0,
      timecodeMs: 0,
      firstBlockMs: Infinity,
      tracksSeen: new Set(),
      tagCount: 0,
    };
  }

  clusterTimestamp(timestamp: number): void {
    const { stream, faults, timecodeBaseMs } = this.options;
    const cluster = this.#cluster;
    const header = this.#header;
    if (cluster === undefined || header === undefined || cluster.fragment !== undefined) {
      throw new PutMediaError(4006);
    }
    cluster.timecodeMs = this.#toMs(timestamp);
    const producerTimestampMs = timecodeBaseMs + cluster.timecodeMs;
    if (producerTimestampMs > MAX_TIMESTAMP_MS) throw new PutMediaError(4007);
    if (cluster.timecodeMs < this.#latestBlockMs) throw new PutMediaError(4004);
    const injected = faults.putMediaErrorId();
    if (injected !== undefined) throw new PutMediaError(injected);
    const start = {
      serverTimestampMs: cluster.serverTimestampMs,
      producerTimestampMs,
      header: header.bytes,
      tagsBefore: this.#tagsBefore.length === 0 ? undefined : concatBytes(this.#tagsBefore),
      clusterStart: cluster.startBytes,
      clusterSizeKnown: cluster.sizeKnown,
    };
    this.#tagsBefore = [];
    cluster.fragment = stream.open(start, faults.strikes('putmedia-fragment-lost'));
    const { number } = cluster.fragment;
    const { timecodeMs } = cluster;
    this.options.acknowledge(acknowledge('BUFFERING', { timecodeMs, number }));
  }

  block(trackNumber: number, relativeTimestamp: number): void {
    const cluster = this.#cluster;
    const fragment = cluster?.fragment;
    if (cluster === undefined || fragment === undefined) throw new PutMediaError(4006);
    if (this.#header?.trackNumbers.includes(trackNumber) !== true) throw new PutMediaError(4010);
    const relativeMs = this.#toMs(relativeTimestamp);
    const blockMs = cluster.timecodeMs + relativeMs;
    if (blockMs <= this.#latestBlockMs) throw new PutMediaError(4004);
    if (blockMs < cluster.firstBlockMs) cluster.firstBlockMs = blockMs;
    if (blockMs > this.#latestInFragmentMs) this.#latestInFragmentMs = blockMs;
    const { fragmentDurationMs } = this.options.limits;
    if (this.#latestInFragmentMs - cluster.firstBlockMs > fragmentDurationMs) {
      throw new PutMediaError(4002);
    }
    cluster.tracksSeen.add(trackNumber);
    fragment.blocks += 1;
    if (relativeMs > fragment.lastBlockMs) fragment.lastBlockMs = relativeMs;
  }

  clusterBytes(bytes: Uint8Array): void {
    const cluster = this.#cluster;
    if (cluster === undefined) return;
    const { fragment } = cluster;
    const { stream, limits } = this.options;
    cluster.bytes += bytes.length;
    if (cluster.bytes > limits.fragmentBytes) throw new PutMediaError(4001);
    if (fragment === undefined) {
      cluster.early.push(bytes);
      return;
    }
    for (const early of cluster.early) stream.append(fragment, early);
    cluster.early = [];
    stream.append(fragment, bytes);
  }

  clusterEnd(): void {
    const fragment = this.#cluster?.fragment;
    if (fragment === undefined) throw new PutMediaError(4006);
    this.options.stream.finishCluster(fragment);
  }

  tags(bytes: Uint8Array): void {
    const cluster = this.#cluster;
    const tags = readTags(bytes);
    const text = new TextEncoder();
    const tooLong = tags.some(
      ({ name, value }) =>
        text.encode(name).length > MAX_TAG_NAME || text.encode(value).length > MAX_TAG_VALUE,
    );
    if (tooLong) throw new PutMediaError(4009);
    if (tags.some(({ name }) => name === END_OF_FRAGMENT_TAG)) {
      this.#finishFragment();
      return;
    }
    if (cluster === undefined) return;
    cluster.tagCount += tags.length;
    if (cluster.tagCount > this.options.limits.tagsPerFragment) throw new PutMediaError(4009);
    if (this.options.stream.behaviour.producerTags === 'precede') this.#tagsBefore.push(bytes);
    else cluster.fragment?.appendTagsAfter(bytes);
  }

  #finishFragment(): void {
    const cluster = this.#cluster;
    const fragment = cluster?.fragment;
    if (cluster === undefined || fragment === undefined) return;
    const { stream, limits, faults } = this.options;
    const allTracks = this.#header?.trackNumbers.every((track) => cluster.tracksSeen.has(track));
    if (limits.frameOfEveryTrack !== 0 && allTracks !== true) throw new PutMediaError(4011);
    this.#latestBlockMs = Math.max(this.#latestBlockMs, this.#latestInFragmentMs);
    const acknowledged = { timecodeMs: cluster.timecodeMs, number: fragment.number };
    this.#cluster = undefined;
    this.options.acknowledge(acknowledge('RECEIVED', acknowledged));
    this.#complete(fragment);
    if (stream.retentionHours > 0) this.options.acknowledge(acknowledge('PERSISTED', acknowledged));
    if (faults.strikes('putmedia-fragment-twice')) this.#storeAgain(fragment);
    if (faults.strikes('stream-deleted')) {
      this.options.deleteStream();
      throw new PutMediaError(4008);
    }
  }

  #complete(fragment: StoredFragment): void {
    this.options.stream.complete(fragment);
    this.options.onFragment?.(fragment.info(this.options.stream.name));
  }

  #storeAgain(fragment: StoredFragment): void {
    const { stream } = this.options;
    const copy = stream.open(fragment.start);
    const { pieces, tagsAfter } = fragment.content();
    for (const piece of pieces) stream.append(copy, piece);
    for (const tags of tagsAfter) copy.appendTagsAfter(tags);
    copy.blocks = fragment.blocks;
    copy.lastBlockMs = fragment.lastBlockMs;
    stream.finishCluster(copy);
    this.#complete(copy);
  }

  #acknowledged(): AcknowledgedFragment | undefined {
    const fragment = this.#cluster?.fragment;
    if (fragment === undefined) return undefined;
    return { timecodeMs: this.#cluster?.timecodeMs ?? 0, number: fragment.number };
  }

  #toMs(timestamp: number): number {
    const scaleNs = this.#header?.timestampScaleNs ?? NANOSECONDS_PER_MS;
    return scaleNs === NANOSECONDS_PER_MS
      ? timestamp
      : Math.round((timestamp * scaleNs) / NANOSECONDS_PER_MS);
  }
}
