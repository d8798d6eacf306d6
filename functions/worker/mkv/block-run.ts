import { MAX_SIZE_OCTETS, readSize, vintOctets } from './ebml-reader';
import { ElementId } from './element-ids';
import type { MkvHandler } from './handler';
import { MAX_BLOCK_BYTES } from './limits';
import { LACING_MASK } from './simple-block';

const SIMPLE_BLOCK: number = ElementId.SimpleBlock;
/** Track (one octet), timestamp and flags. */
const HEAD_BYTES = 4;
/** Id, one octet of size and the head: the least that is looked at. */
const SMALLEST_BLOCK_BYTES = 2 + HEAD_BYTES;
/** As a vint of one octet this would be the reserved "unknown" value. */
const RESERVED_TRACK = 0x7f;

/**
 * The hot path: hands on the unlaced SimpleBlocks of declared tracks that lie whole in
 * [from, end) of `bytes`, each followed by another such. Returns where the first one begins that
 * is not; anything else is left to the general way of reading.
 */
export function readBlockRun(
  handler: MkvHandler,
  tracks: ReadonlySet<number>,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  let at = from;
  // The block before `at`, which waits until `at` proves to be a block too.
  let waiting = from;
  let waitingTrack = 0;
  let waitingTimestamp = 0;
  let waitingPayload = 0;
  while (at + SMALLEST_BLOCK_BYTES <= end && bytes[at] === SIMPLE_BLOCK) {
    const octets = vintOctets(bytes[at + 1]!);
    const body = at + 1 + octets;
    if (octets > MAX_SIZE_OCTETS || body + HEAD_BYTES > end) break;
    const size = readSize(bytes, at + 1, octets);
    if (size < HEAD_BYTES || body + size > end || size > MAX_BLOCK_BYTES) break;
    const track = bytes[body]! - 0x80;
    if (track === RESERVED_TRACK || !tracks.has(track)) break;
    if ((bytes[body + 3]! & LACING_MASK) !== 0) break;
    if (waitingTrack > 0) {
      handler.onBlock(waitingTrack, waitingTimestamp, bytes, waitingPayload, at);
    }
    waiting = at;
    waitingTrack = track;
    waitingTimestamp = ((bytes[body + 1]! << 24) >> 16) | bytes[body + 2]!;
    waitingPayload = body + HEAD_BYTES;
    at = body + size;
  }
  return waiting;
}
