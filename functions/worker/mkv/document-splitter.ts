import {
  asBuffer,
  copyOf,
  MAX_SIZE_OCTETS,
  readSize,
  UNKNOWN_SIZE,
  vintOctets,
} from './ebml-reader';
import { MAX_EBML_HEADER_BYTES } from './limits';

/** Id 4, size 1 to 8, first two octets of the first child. */
const LONGEST_EVIDENCE_BYTES = 4 + MAX_SIZE_OCTETS + 2;

/** The id of the EBML header, which opens every document. */
const MAGIC = Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3);
/** First octets of what an EBML header may begin with: one of its own children, or a CRC-32. */
const FIRST_CHILDREN: ReadonlySet<number> = new Set([
  0x4286, 0x42f7, 0x42f2, 0x42f3, 0x4282, 0x4287, 0x4285, 0x4281, 0xbf84,
]);
const NOTHING = new Uint8Array(0);

type Verdict = 'header' | 'not-a-header' | 'undecided';

export interface DocumentSink {
  /** Bytes [start, end) of `bytes`, which are overwritten after the return: kept is a copy. */
  feed(bytes: Uint8Array, start: number, end: number): void;
  /** The next byte fed is the first of an EBML header, whatever came before it. */
  beginDocument(): void;
}

/**
 * Finds the EBML headers in a body by their looks, ahead of parsing: KVS sends one MKV document
 * per fragment (PROTOCOLS A2), and this way damage inside one can never swallow the next.
 *
 * The four magic octets alone would turn up in an hour of audio about once in 75 calls; with a
 * plausible size and first child behind them it is about once in a million hours.
 *
 * Memory: at most 13 bytes that may be the start of a header are held until more come.
 */
export class DocumentSplitter {
  private held: Uint8Array = NOTHING;

  constructor(private readonly sink: DocumentSink) {}

  push(bytes: Uint8Array): void {
    if (this.held.length > 0 && !this.settleHeld(bytes)) return;
    this.scan(bytes);
  }

  /** Passes on what was held: no more bytes will come. */
  end(): void {
    const { held } = this;
    this.held = NOTHING;
    this.sink.feed(held, 0, held.length);
  }

  private scan(bytes: Uint8Array): void {
    // Buffer's search is several times faster than Uint8Array's or one written here.
    const view = asBuffer(bytes);
    let fed = 0;
    let at = view.indexOf(MAGIC);
    for (; at !== -1; at = view.indexOf(MAGIC, at + MAGIC.length)) {
      const verdict = examine(bytes, at);
      if (verdict === 'undecided') break;
      if (verdict === 'not-a-header') continue;
      this.sink.feed(bytes, fed, at);
      this.sink.beginDocument();
      fed = at;
    }
    const settled = at === -1 ? findPartialMagic(bytes) : at;
    this.sink.feed(bytes, fed, settled);
    this.held = settled === bytes.length ? NOTHING : copyOf(bytes, settled, bytes.length);
  }

  /** Returns false when all of `bytes` went to the held ones and it is still undecided. */
  private settleHeld(bytes: Uint8Array): boolean {
    const { held } = this;
    const joined = new Uint8Array(held.length + Math.min(bytes.length, LONGEST_EVIDENCE_BYTES));
    joined.set(held);
    joined.set(bytes.subarray(0, joined.length - held.length), held.length);
    let fed = 0;
    for (let at = 0; at < held.length; at += 1) {
      const verdict = examine(joined, at);
      if (verdict === 'not-a-header') continue;
      this.sink.feed(joined, fed, at);
      if (verdict === 'undecided') {
        this.held = joined.subarray(at);
        return false;
      }
      this.sink.beginDocument();
      fed = at;
    }
    this.sink.feed(joined, fed, held.length);
    this.held = NOTHING;
    return true;
  }
}

/** Whether an EBML header starts at `at`; undecided when `bytes` ends before that is clear. */
function examine(bytes: Uint8Array, at: number): Verdict {
  const available = bytes.length - at;
  for (let index = 0; index < MAGIC.length; index += 1) {
    if (index >= available) return 'undecided';
    if (bytes[at + index] !== MAGIC[index]) return 'not-a-header';
  }
  const sizeAt = at + MAGIC.length;
  if (sizeAt >= bytes.length) return 'undecided';
  const octets = vintOctets(bytes[sizeAt]!);
  if (octets > MAX_SIZE_OCTETS) return 'not-a-header';
  const childAt = sizeAt + octets;
  if (childAt + 2 > bytes.length) return 'undecided';
  const size = readSize(bytes, sizeAt, octets);
  if (size === UNKNOWN_SIZE || size > MAX_EBML_HEADER_BYTES) return 'not-a-header';
  const child = bytes[childAt]! * 256 + bytes[childAt + 1]!;
  return FIRST_CHILDREN.has(child) ? 'header' : 'not-a-header';
}

/** Where the magic's first one to three octets end `bytes`, or its length when they do not. */
function findPartialMagic(bytes: Uint8Array): number {
  for (let length = Math.min(3, bytes.length); length > 0; length -= 1) {
    const at = bytes.length - length;
    if (examine(bytes, at) === 'undecided') return at;
  }
  return bytes.length;
}
