import { MAX_SIZE_OCTETS, readSize, UNKNOWN_SIZE, vintOctets } from './ebml-reader';

/** Bits 1 and 2 of a block's flags: how several frames are laced into it. */
export const LACING_MASK = 0x06;
const XIPH_LACING = 0x02;
const FIXED_LACING = 0x04;

/** Filled by `readBlockHeader`, so that no object is made per block. */
export interface BlockHeader {
  trackNumber: number;
  /** Ticks of the Segment's TimestampScale after the cluster's timestamp; int16. */
  relativeTimestamp: number;
  /** Where the audio begins; it ends where the block ends. */
  payloadStart: number;
}

/**
 * Reads the head of a SimpleBlock's or Block's body in [start, end). Returns why it is malformed,
 * or undefined when `header` was filled.
 *
 * The frames of a lace lie back to back behind its table of sizes, and for PCM and G.711, the
 * only codecs we decode, one frame after the other is the audio: so a laced block is handed on
 * as one payload once its table proved consistent.
 */
export function readBlockHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  header: BlockHeader,
): string | undefined {
  if (start >= end) return 'a block is empty';
  const trackOctets = vintOctets(bytes[start]!);
  const at = start + trackOctets;
  if (trackOctets > MAX_SIZE_OCTETS || at + 3 > end) return 'a block is shorter than its head';
  const trackNumber = readSize(bytes, start, trackOctets);
  if (trackNumber === 0 || trackNumber === UNKNOWN_SIZE) return 'a block names no track';
  header.trackNumber = trackNumber;
  header.relativeTimestamp = ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
  const lacing = bytes[at + 2]! & LACING_MASK;
  header.payloadStart = at + 3;
  if (lacing === 0) return undefined;
  header.payloadStart = findLaceFrames(bytes, at + 3, end, lacing);
  return header.payloadStart < 0 ? 'a block has an inconsistent lace' : undefined;
}

/** Where the first frame of the lace at `at` begins, or -1 when its sizes cannot be true. */
function findLaceFrames(bytes: Uint8Array, at: number, end: number, lacing: number): number {
  if (at >= end) return -1;
  const frames = bytes[at]! + 1;
  // Nobody laces one frame; a damaged flags octet in front of silence would look like it.
  if (frames === 1) return -1;
  if (lacing === FIXED_LACING) return (end - at - 1) % frames === 0 ? at + 1 : -1;
  // The last frame's size is not written: it is what remains.
  return lacing === XIPH_LACING
    ? skipXiphSizes(bytes, at + 1, end, frames - 1)
    : skipEbmlSizes(bytes, at + 1, end, frames - 1);
}

/** Each size is a run of 255s and one smaller octet, summed. */
function skipXiphSizes(bytes: Uint8Array, from: number, end: number, sizes: number): number {
  let at = from;
  let total = 0;
  for (let left = sizes; left > 0; at += 1) {
    if (at >= end) return -1;
    total += bytes[at]!;
    if (bytes[at] !== 0xff) left -= 1;
  }
  return at + total <= end ? at : -1;
}

/** The first size is a plain vint, each other one a signed difference from the one before. */
function skipEbmlSizes(bytes: Uint8Array, from: number, end: number, sizes: number): number {
  let at = from;
  let size = 0;
  let total = 0;
  for (let index = 0; index < sizes; index += 1) {
    if (at >= end) return -1;
    const octets = vintOctets(bytes[at]!);
    if (octets > MAX_SIZE_OCTETS || at + octets > end) return -1;
    const value = readSize(bytes, at, octets);
    if (value === UNKNOWN_SIZE) return -1;
    size = index === 0 ? value : size + value - (2 ** (7 * octets - 1) - 1);
    if (size < 0) return -1;
    total += size;
    at += octets;
  }
  return at + total <= end ? at : -1;
}
