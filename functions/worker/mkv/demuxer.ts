import { DocumentSplitter } from './document-splitter';
import { ElementParser } from './element-parser';
import type { MkvHandler } from './handler';
import type { KnownTexts } from './known-texts';

/**
 * Demultiplexes the body of a GetMedia response, pushed in pieces of any size, into calls of
 * `handler`. It never throws on bytes from outside: damage is reported once, then skipped up to
 * the next EBML header. How sound bytes are cut into pieces changes no call.
 *
 * Memory: `MAX_SCRATCH_BYTES` for one element that reads have split, and a 13-byte remainder.
 * The arrays pushed are handed on in `onBlock`; when nobody holds those views any more they may be
 * written over, which changes nothing that was or will be called.
 */
export class MkvDemuxer {
  private readonly parser: ElementParser;
  private readonly splitter: DocumentSplitter;

  /** `tagNames`: those to be expected. */
  constructor(handler: MkvHandler, tagNames?: KnownTexts) {
    this.parser = new ElementParser(handler, tagNames);
    this.splitter = new DocumentSplitter(this.parser);
  }

  /** Bytes allocated for a split element, at most `MAX_SCRATCH_BYTES`. */
  get scratchBytes(): number {
    return this.parser.scratchBytes;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  /** Handles what was held back for want of more bytes; call it at the end of the body. */
  end(): void {
    this.splitter.end();
  }
}
