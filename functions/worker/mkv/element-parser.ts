import type { DocumentSink } from './document-splitter';
import { readBlockRun } from './block-run';
import {
  MAX_ID_OCTETS,
  MAX_SIZE_OCTETS,
  readId,
  readSize,
  UNKNOWN_SIZE,
  vintOctets,
} from './ebml-reader';
import { ElementBodies } from './element-bodies';
import { ElementBuffer } from './element-buffer';
import { ElementId, isTopLevel } from './element-ids';
import { isClusterChild, mayFollowBlock } from './follower';
import type { MkvHandler } from './handler';
import type { KnownTexts } from './known-texts';
import {
  MAX_BLOCK_BYTES,
  MAX_EBML_HEADER_BYTES,
  MAX_HEADER_ELEMENT_BYTES,
  MAX_SKIPPED_BYTES,
} from './limits';

const NOTHING = new Uint8Array(0);

/** What the parser waits for. `Lost` ends only with the next document. */
const State = {
  Start: 0,
  AfterHeader: 1,
  Segment: 2,
  ClusterStart: 3,
  Cluster: 4,
  Lost: 5,
} as const;
type State = (typeof State)[keyof typeof State];

/**
 * The parsing half of the demuxer: takes documents in pieces of any size, calls the handler, and
 * never throws. An element of unknown size ends at the next id of equal or higher level.
 */
export class ElementParser implements DocumentSink {
  private state: State = State.Start;
  /** Stream offset of the next byte to be fed. */
  private offset = 0;
  /** Stream offset of index 0 of the array being parsed. */
  private base = 0;
  /** Stream offset at which a cluster of known size ends; Infinity outside of one. */
  private clusterEnd = Number.POSITIVE_INFINITY;
  /** Bytes of an element we do not read that are still to come. */
  private skipLeft = 0;
  private readonly buffer = new ElementBuffer();
  private readonly bodies: ElementBodies;
  /** What stands in the input behind the element in `buffer`, for a look at what follows it. */
  private input: Uint8Array = NOTHING;
  private inputAt = 0;
  private inputEnd = 0;

  constructor(
    private readonly handler: MkvHandler,
    tagNames?: KnownTexts,
  ) {
    this.bodies = new ElementBodies(handler, tagNames);
  }

  get scratchBytes(): number {
    return this.buffer.capacity;
  }

  beginDocument(): void {
    const insideCluster = Number.isFinite(this.clusterEnd) && this.offset < this.clusterEnd;
    const inside =
      this.buffer.length > 0 ||
      this.skipLeft > 0 ||
      insideCluster ||
      this.state === State.AfterHeader;
    if (this.state !== State.Lost && inside) {
      this.fail('a new document begins inside an element', this.offset);
    }
    this.reset(State.Start);
  }

  feed(bytes: Uint8Array, start: number, end: number): void {
    const base = this.offset - start;
    this.base = base;
    let at = start;
    while (at < end && this.state !== State.Lost) {
      if (this.skipLeft > 0) {
        const skipped = Math.min(this.skipLeft, end - at);
        this.skipLeft -= skipped;
        at += skipped;
      } else if (this.buffer.length > 0) {
        at += this.continueElement(bytes, at, end);
        this.base = base;
      } else {
        if (this.state === State.Cluster) at = this.readBlocks(bytes, at, end);
        if (at < end) at += this.readElement(bytes, at, end) || this.buffer.take(bytes, at, end);
      }
    }
    this.offset += end - start;
  }

  private readBlocks(bytes: Uint8Array, at: number, end: number): number {
    const { handler, bodies } = this;
    return readBlockRun(
      handler,
      bodies.tracks,
      bytes,
      at,
      Math.min(end, this.clusterEnd - this.base),
    );
  }

  /** Adds to a split element, and reads it when it is whole. Returns the bytes it took. */
  private continueElement(bytes: Uint8Array, at: number, end: number): number {
    const { buffer } = this;
    this.base += at - buffer.length;
    const taken = buffer.take(bytes, at, end);
    this.input = bytes;
    this.inputAt = at + taken;
    this.inputEnd = end;
    if (buffer.isComplete && this.readElement(buffer.bytes, 0, buffer.length) > 0) buffer.clear();
    this.input = NOTHING;
    this.inputAt = 0;
    this.inputEnd = 0;
    return taken;
  }

  /**
   * Reads the element at `at`, or its head when its body is skipped or entered. Returns the
   * bytes consumed, or 0 when more are needed: `buffer` then knows how many.
   */
  private readElement(bytes: Uint8Array, at: number, end: number): number {
    if (this.base + at === this.clusterEnd) this.leaveCluster();
    const available = end - at;
    const idOctets = vintOctets(bytes[at]!);
    if (idOctets > MAX_ID_OCTETS) return this.failAt('this is no element id', at, end);
    if (available <= idOctets) return this.need(idOctets + 1);
    const sizeOctets = vintOctets(bytes[at + idOctets]!);
    if (sizeOctets > MAX_SIZE_OCTETS) return this.failAt('this is no element size', at, end);
    const headOctets = idOctets + sizeOctets;
    if (available < headOctets) return this.need(headOctets);
    const id = readId(bytes, at, idOctets);
    const size = readSize(bytes, at + idOctets, sizeOctets);
    return this.openElement(id, size, headOctets, bytes, at, end);
  }

  private openElement(
    id: number,
    size: number,
    headOctets: number,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): number {
    if (this.state === State.Cluster || this.state === State.ClusterStart) {
      if (isTopLevel(id) && this.clusterEnd === Number.POSITIVE_INFINITY) this.leaveCluster();
      else if (this.base + at + headOctets + Math.max(size, 0) > this.clusterEnd) {
        return this.failAt('an element crosses the end of its cluster', at, end);
      } else if (!isClusterChild(id) && id !== ElementId.Timestamp) {
        return this.failOutOfPlace(id, at, end);
      }
    }
    switch (id) {
      case ElementId.EBML:
        return this.openDocument(size, headOctets, at, end);
      case ElementId.Segment:
        if (this.state !== State.AfterHeader) return this.failOutOfPlace(id, at, end);
        this.state = State.Segment;
        return headOctets;
      case ElementId.Cluster:
        if (this.state !== State.Segment) return this.failOutOfPlace(id, at, end);
        this.state = State.ClusterStart;
        this.clusterEnd =
          size === UNKNOWN_SIZE ? Number.POSITIVE_INFINITY : this.base + at + headOctets + size;
        return headOctets;
      case ElementId.Info:
      case ElementId.Tracks:
      case ElementId.Tags:
        if (this.state !== State.Segment) return this.failOutOfPlace(id, at, end);
        return this.readWhole(id, size, MAX_HEADER_ELEMENT_BYTES, headOctets, bytes, at, end);
      case ElementId.Timestamp:
        if (this.state !== State.ClusterStart) return this.failOutOfPlace(id, at, end);
        return this.readWhole(id, size, MAX_SIZE_OCTETS, headOctets, bytes, at, end);
      case ElementId.SimpleBlock:
      case ElementId.BlockGroup:
        // A cluster's Timestamp comes first (RFC 9559): without it a block has no time.
        if (this.state !== State.Cluster) return this.failOutOfPlace(id, at, end);
        return this.readWhole(id, size, MAX_BLOCK_BYTES, headOctets, bytes, at, end);
      default:
        return this.skipElement(id, size, headOctets, at, end);
    }
  }

  private openDocument(size: number, headOctets: number, at: number, end: number): number {
    const expected = this.state === State.Start || this.state === State.Segment;
    if (!expected) return this.failOutOfPlace(ElementId.EBML, at, end);
    if (size === UNKNOWN_SIZE || size > MAX_EBML_HEADER_BYTES) {
      return this.failAt('an EBML header is oversized', at, end);
    }
    this.reset(State.AfterHeader);
    this.bodies.beginDocument(this.base + at);
    return this.passOver(size, headOctets, at, end);
  }

  private skipElement(
    id: number,
    size: number,
    headOctets: number,
    at: number,
    end: number,
  ): number {
    if (this.state === State.Start) return this.failAt('this is no EBML header', at, end);
    if (size === UNKNOWN_SIZE || size > MAX_SKIPPED_BYTES) return this.failSize(id, at, end);
    return this.passOver(size, headOctets, at, end);
  }

  private passOver(size: number, headOctets: number, at: number, end: number): number {
    const skipped = Math.min(size, end - at - headOctets);
    this.skipLeft = size - skipped;
    return headOctets + skipped;
  }

  private readWhole(
    id: number,
    size: number,
    maxBytes: number,
    headOctets: number,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): number {
    if (size === UNKNOWN_SIZE || size > maxBytes) return this.failSize(id, at, end);
    const length = headOctets + size;
    if (end - at < length) return this.need(length);
    if (this.state === State.Cluster && !this.isFollowedWell(bytes, at + length, end)) {
      return this.failAt('a block has a wrong size', at, end);
    }
    const problem = this.bodies.read(id, bytes, at + headOctets, at + length);
    if (problem !== undefined) return this.failAt(problem, at, end);
    if (id === ElementId.Timestamp) this.state = State.Cluster;
    return length;
  }

  /**
   * Whether a block that ends at `at` has the right size, as far as can be seen now: a size that is
   * damaged ends somewhere in the audio. Where a read ends with the block, that has to do: waiting
   * for the next one would delay every block of a live call.
   */
  private isFollowedWell(bytes: Uint8Array, at: number, end: number): boolean {
    const { tracks } = this.bodies;
    const blockEnd = this.base + at;
    if (blockEnd === this.clusterEnd) return true;
    const inCluster = this.clusterEnd !== Number.POSITIVE_INFINITY;
    if (at < end) return mayFollowBlock(bytes, at, end, tracks, inCluster);
    return mayFollowBlock(this.input, this.inputAt, this.inputEnd, tracks, inCluster);
  }

  private need(bytes: number): 0 {
    this.buffer.need(bytes);
    return 0;
  }

  private leaveCluster(): void {
    this.state = State.Segment;
    this.clusterEnd = Number.POSITIVE_INFINITY;
  }

  private reset(state: State): void {
    this.state = state;
    this.clusterEnd = Number.POSITIVE_INFINITY;
    this.skipLeft = 0;
    this.buffer.clear();
  }

  private fail(message: string, byteOffset: number): void {
    this.reset(State.Lost);
    this.handler.onMalformed(message, byteOffset);
  }

  /** Fails at the element at `at` and consumes everything there is. */
  private failAt(message: string, at: number, end: number): number {
    this.fail(message, this.base + at);
    return end - at;
  }

  private failSize(id: number, at: number, end: number): number {
    return this.failAt(`element 0x${id.toString(16)} has an impossible size`, at, end);
  }

  private failOutOfPlace(id: number, at: number, end: number): number {
    return this.failAt(`element 0x${id.toString(16)} is out of place`, at, end);
  }
}
