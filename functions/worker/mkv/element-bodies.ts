import { ElementCursor, readUnsigned } from './ebml-reader';
import { ElementId } from './element-ids';
import type { MkvHandler } from './handler';
import { readTags, readTimestampScaleNs, readTracks } from './header-elements';
import { readBlockHeader } from './simple-block';

/** Reads the elements that are taken whole, and hands what they say to the handler. */
export class ElementBodies {
  /** Reused for every block, so that none is allocated. */
  private readonly header = { trackNumber: 0, relativeTimestamp: 0, payloadStart: 0 };
  private readonly declared = new Set<number>();

  constructor(private readonly handler: MkvHandler) {}

  /** The tracks that the document has declared so far; no block may name another. */
  get tracks(): ReadonlySet<number> {
    return this.declared;
  }

  beginDocument(byteOffset: number): void {
    this.declared.clear();
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
    const tags = readTags(bytes, start, end);
    if (tags === undefined) return 'the Tags are damaged';
    this.handler.onTags(tags);
    return undefined;
  }

  private readTracks(bytes: Uint8Array, start: number, end: number): string | undefined {
    const tracks = readTracks(bytes, start, end);
    if (tracks === undefined) return 'the Tracks are damaged';
    for (const { number } of tracks) this.declared.add(number);
    this.handler.onTracks(tracks);
    return undefined;
  }

  private readInfo(bytes: Uint8Array, start: number, end: number): string | undefined {
    const scaleNs = readTimestampScaleNs(bytes, start, end);
    if (scaleNs === undefined) return 'the Info is damaged';
    this.handler.onTimestampScale(scaleNs);
    return undefined;
  }
}
