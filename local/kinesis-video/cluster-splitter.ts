import { ElementId } from '../../functions/worker/mkv/element-ids';
import { concatBytes } from '../mkv/ebml-encoding';
import { readElementHead, readUnsigned, UNKNOWN_SIZE } from './ebml-scan';
import type { ElementHead } from './ebml-scan';
import { findChild, readTrackNumbers } from './ebml-scan';
import { PutMediaError } from './media-errors';

/** Everything before the first cluster is kept in memory for every fragment; real ones are <1 kB. */
const MAX_HEADER_BYTES = 1_048_576;
const DEFAULT_TIMESTAMP_SCALE_NS = 1_000_000;
/** Enough to read any element's id (4) and size (8). */
const MAX_ELEMENT_HEAD = 12;

/** What the producer declared before its first cluster. `bytes` holds it as it was sent. */
export interface ProducerHeader {
  readonly bytes: Uint8Array;
  readonly trackNumbers: readonly number[];
  readonly timestampScaleNs: number;
}

/** Receives the parts of one PutMedia body in order; what it throws ends the body. */
export interface SplitterSink {
  header(header: ProducerHeader): void;
  /** The cluster's id and size as sent. */
  clusterStart(bytes: Uint8Array, sizeKnown: boolean): void;
  clusterTimestamp(timestamp: number): void;
  block(trackNumber: number, relativeTimestamp: number): void;
  /** A run of whole child elements, after `clusterTimestamp` and `block` told of them. */
  clusterBytes(bytes: Uint8Array): void;
  clusterEnd(): void;
  /** One whole Tags element that came after the first cluster began. */
  tags(bytes: Uint8Array): void;
}

/**
 * Splits the MKV body of PutMedia into its header, clusters and tags, without copying media: runs
 * of whole elements are handed on as views of the input. Bound: one incomplete element is held,
 * at most `maxElementBytes`. Throws PutMediaError 4006 for what is no valid body.
 */
export class ClusterSplitter {
  #level: 'start' | 'segment' | 'cluster' = 'start';
  #headerParts: Uint8Array[] | undefined = [];
  #headerBytes = 0;
  #trackNumbers: number[] | undefined;
  #timestampScaleNs = DEFAULT_TIMESTAMP_SCALE_NS;
  /** Bytes of a known-size cluster still to come. */
  #clusterLeft = Infinity;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #neededBytes = 0;
  readonly #head: ElementHead = { id: 0, size: 0, length: 0 };

  constructor(
    private readonly sink: SplitterSink,
    private readonly maxElementBytes: number,
  ) {}

  push(bytes: Uint8Array): void {
    let input = bytes;
    if (this.#heldBytes > 0) {
      this.#held.push(bytes);
      this.#heldBytes += bytes.length;
      if (this.#heldBytes < this.#neededBytes) return;
      input = concatBytes(this.#held);
      this.#held = [];
      this.#heldBytes = 0;
    }
    const used = this.#parse(input);
    if (used < input.length) this.#hold(input.subarray(used));
  }

  /** The body is over; false when it ended inside an element. */
  end(): boolean {
    if (this.#level === 'cluster') this.#endCluster();
    return this.#heldBytes === 0;
  }

  /** Returns how many bytes were used; the rest is the beginning of an incomplete element. */
  #parse(input: Uint8Array): number {
    let position = 0;
    for (;;) {
      const next =
        this.#level === 'cluster'
          ? this.#parseCluster(input, position)
          : this.#parseOutside(input, position);
      if (next === position) return position;
      position = next;
    }
  }

  /** One element outside of clusters; the same position when it is incomplete. */
  #parseOutside(input: Uint8Array, position: number): number {
    const head = this.#readHead(input, position);
    if (head === undefined) return position;
    const bodyStart = position + head.length;
    if (head.id === ElementId.Segment) {
      this.#enterSegment(input.subarray(position, bodyStart));
      return bodyStart;
    }
    if (head.id === ElementId.Cluster) {
      this.#enterCluster(input.subarray(position, bodyStart), head.size);
      return bodyStart;
    }
    if (head.size === UNKNOWN_SIZE) throw new PutMediaError(4006);
    const end = bodyStart + head.size;
    if (end > input.length) return this.#need(end - position, position);
    this.#takeElement(head.id, input.subarray(position, end), head.length);
    return end;
  }

  #enterSegment(bytes: Uint8Array): void {
    if (this.#level !== 'start' || this.#headerBytes === 0) throw new PutMediaError(4006);
    this.#level = 'segment';
    this.#addToHeader(bytes);
  }

  #enterCluster(bytes: Uint8Array, size: number): void {
    if (this.#level !== 'segment') throw new PutMediaError(4006);
    if (this.#headerParts !== undefined) this.#finishHeader(this.#headerParts);
    this.#level = 'cluster';
    this.#clusterLeft = size === UNKNOWN_SIZE ? Infinity : size;
    this.sink.clusterStart(bytes, size !== UNKNOWN_SIZE);
    if (size === 0) this.#endCluster();
  }

  #takeElement(id: number, bytes: Uint8Array, headLength: number): void {
    if (this.#level === 'start' && id !== ElementId.EBML) throw new PutMediaError(4006);
    if (this.#headerParts === undefined) {
      if (id === ElementId.EBML || id === ElementId.Tracks) throw new PutMediaError(4006);
      if (id === ElementId.Tags) this.sink.tags(bytes);
      return;
    }
    const body = bytes.subarray(headLength);
    if (id === ElementId.Info) {
      const scale = findChild(body, ElementId.TimestampScale);
      if (scale !== undefined) this.#timestampScaleNs = readUnsigned(scale);
    }
    if (id === ElementId.Tracks) this.#trackNumbers = readTrackNumbers(body);
    this.#addToHeader(bytes);
  }

  #addToHeader(bytes: Uint8Array): void {
    this.#headerBytes += bytes.length;
    if (this.#headerBytes > MAX_HEADER_BYTES) throw new PutMediaError(4006);
    this.#headerParts?.push(bytes);
  }

  #finishHeader(parts: readonly Uint8Array[]): void {
    if (this.#trackNumbers === undefined) throw new PutMediaError(4006);
    this.#headerParts = undefined;
    this.sink.header({
      bytes: concatBytes(parts),
      trackNumbers: this.#trackNumbers,
      timestampScaleNs: this.#timestampScaleNs,
    });
  }

  /** As many whole children as there are; ends the cluster where it ends. */
  #parseCluster(input: Uint8Array, start: number): number {
    let position = start;
    while (this.#level === 'cluster') {
      const head = this.#readHead(input, position);
      if (head === undefined) break;
      if (this.#clusterLeft === Infinity && isOutsideCluster(head.id)) {
        this.#handOn(input, start, position);
        this.#endCluster();
        return position === start ? this.#parseOutside(input, position) : position;
      }
      if (head.size === UNKNOWN_SIZE) throw new PutMediaError(4006);
      const end = position + head.length + head.size;
      if (head.length + head.size > this.#clusterLeft) throw new PutMediaError(4006);
      if (end > input.length) {
        this.#need(end - position, position);
        break;
      }
      this.#readChild(head.id, input.subarray(position + head.length, end));
      this.#clusterLeft -= end - position;
      position = end;
      if (this.#clusterLeft === 0) {
        this.#handOn(input, start, position);
        this.#endCluster();
        return position;
      }
    }
    this.#handOn(input, start, position);
    return position;
  }

  #handOn(input: Uint8Array, start: number, end: number): void {
    if (end > start) this.sink.clusterBytes(input.subarray(start, end));
  }

  #readChild(id: number, body: Uint8Array): void {
    if (id === ElementId.Timestamp) this.sink.clusterTimestamp(readUnsigned(body));
    else if (id === ElementId.SimpleBlock) this.#readBlock(body);
    else if (id === ElementId.BlockGroup) {
      const block = findChild(body, ElementId.Block);
      if (block !== undefined) this.#readBlock(block);
    }
  }

  #readBlock(body: Uint8Array): void {
    const marker = Math.clz32(body[0] ?? 0) - 24;
    if (body.length < marker + 4) throw new PutMediaError(4006);
    let track = (body[0] ?? 0) & (0x7f >> marker);
    for (let index = 1; index <= marker; index += 1) track = track * 256 + (body[index] ?? 0);
    const time = ((body[marker + 1] ?? 0) << 8) | (body[marker + 2] ?? 0);
    this.sink.block(track, (time << 16) >> 16);
  }

  #endCluster(): void {
    this.#level = 'segment';
    this.#clusterLeft = Infinity;
    this.sink.clusterEnd();
  }

  #readHead(input: Uint8Array, position: number): ElementHead | undefined {
    const result = readElementHead(input, position, this.#head);
    if (result === 'malformed') throw new PutMediaError(4006);
    if (result === 'ok') return this.#head;
    this.#neededBytes = Math.min(input.length - position + 1, MAX_ELEMENT_HEAD);
    return undefined;
  }

  /** Remembers how long the incomplete element is, so that it is joined once, not per input. */
  #need(bytes: number, position: number): number {
    if (bytes > this.maxElementBytes) throw new PutMediaError(4001);
    this.#neededBytes = bytes;
    return position;
  }

  #hold(rest: Uint8Array): void {
    this.#held.push(rest);
    this.#heldBytes = rest.length;
  }
}

function isOutsideCluster(id: number): boolean {
  switch (id) {
    case ElementId.EBML:
    case ElementId.Segment:
    case ElementId.Cluster:
    case ElementId.Tags:
    case ElementId.Info:
    case ElementId.Tracks:
    case ElementId.SeekHead:
    case ElementId.Cues:
    case ElementId.Chapters:
    case ElementId.Attachments:
      return true;
    default:
      return false;
  }
}
