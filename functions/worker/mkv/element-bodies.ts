import { ElementCursor, readUnsigned } from './ebml-reader';
import { ElementId } from './element-ids';
import { ElementMemory } from './element-memory';
import type { MkvHandler } from './handler';
import { readTags, readTimestampScaleNs, readTracks, type MkvTrack } from './header-elements';
import { KnownTexts } from './known-texts';
import { readBlockHeader } from './simple-block';

const NO_TRACKS: ReadonlySet<number> = new Set();

/** What a Tracks element declares. */
interface Declaration {
  readonly tracks: readonly MkvTrack[];
  readonly numbers: ReadonlySet<number>;
}

/** Reads the elements that are taken whole, and hands what they say to the handler. */
export class ElementBodies {
  /** Reused for every block, so that none is allocated. */
  private readonly header = { trackNumber: 0, relativeTimestamp: 0, payloadStart: 0 };
  private declared = NO_TRACKS;
  private readonly lastTracks = new ElementMemory<Declaration>();
  private readonly lastScaleNs = new ElementMemory<number>();

  constructor(
    private readonly handler: MkvHandler,
    private readonly tagNames = new KnownTexts([]),
  ) {}

  /** The tracks that the document has declared so far; no block may name another. */
  get tracks(): ReadonlySet<number> {
    return this.declared;
  }

  beginDocument(byteOffset: number): void {
    this.declared = NO_TRACKS;
    this.handler.onDocument(byteOffset);
  }

  /** Returns why the body in [start, end) is malformed, or undefined when it was handed on. */
  read(id: number, bytes: Uint8Array, start: number, end: number): string | undefined {
    switch (id) {
      case ElementId.SimpleBlock:
        return this.readBlock(bytes, start, end);
      case ElementId.BlockGroup:
        return this.readBlockGroup(bytes, start, end);
      case ElementId.Timestamp:
        this.handler.onCluster(readUnsigned(bytes, start, end));
        return undefined;
      case ElementId.Tags:
        return this.readTags(bytes, start, end);
      case ElementId.Tracks:
        return this.readTracks(bytes, start, end);
      default:
        return this.readInfo(bytes, start, end);
    }
  }

  private readBlock(bytes: Uint8Array, start: number, end: number): string | undefined {
    const { header } = this;
    const problem = readBlockHeader(bytes, start, end, header);
    if (problem !== undefined) return problem;
    const { trackNumber, relativeTimestamp, payloadStart } = header;
    if (!this.declared.has(trackNumber)) return 'a block names an undeclared track';
    this.handler.onBlock(trackNumber, relativeTimestamp, bytes, payloadStart, end);
    return undefined;
  }

  private readBlockGroup(bytes: Uint8Array, start: number, end: number): string | undefined {
    const cursor = new ElementCursor(bytes, start, end);
    while (cursor.next()) {
      if (cursor.id !== ElementId.Block) continue;
      const problem = this.readBlock(bytes, cursor.start, cursor.end);
      if (problem !== undefined) return problem;
    }
    return cursor.malformed ? 'a BlockGroup is damaged' : undefined;
  }

  private readTags(bytes: Uint8Array, start: number, end: number): string | undefined {
    const tags = readTags(bytes, start, end, this.tagNames);
    if (tags === undefined) return 'the Tags are damaged';
    this.handler.onTags(tags);
    return undefined;
  }

  private readTracks(bytes: Uint8Array, start: number, end: number): string | undefined {
    const declaration =
      this.lastTracks.recall(bytes, start, end) ?? this.declaration(bytes, start, end);
    if (declaration === undefined) return 'the Tracks are damaged';
    const { tracks, numbers } = declaration;
    this.declared = this.declared.size === 0 ? numbers : new Set([...this.declared, ...numbers]);
    this.handler.onTracks(tracks);
    return undefined;
  }

  private declaration(bytes: Uint8Array, start: number, end: number): Declaration | undefined {
    const tracks = readTracks(bytes, start, end);
    if (tracks === undefined) return undefined;
    const declaration = { tracks, numbers: new Set(tracks.map(({ number }) => number)) };
    this.lastTracks.note(bytes, start, end, declaration);
    return declaration;
  }

  private readInfo(bytes: Uint8Array, start: number, end: number): string | undefined {
    let scaleNs = this.lastScaleNs.recall(bytes, start, end);
    if (scaleNs === undefined) {
      scaleNs = readTimestampScaleNs(bytes, start, end);
      if (scaleNs === undefined) return 'the Info is damaged';
      this.lastScaleNs.note(bytes, start, end, scaleNs);
    }
    this.handler.onTimestampScale(scaleNs);
    return undefined;
  }
}
