import { MAX_ID_OCTETS, MAX_SIZE_OCTETS, readId, readSize, vintOctets } from './ebml-reader';
import { ElementId, isTopLevel } from './element-ids';
import { MAX_BLOCK_BYTES, MAX_SKIPPED_BYTES } from './limits';

/** Children that a BlockGroup may begin with: Block, BlockDuration, ReferenceBlock. */
const GROUP_CHILDREN: ReadonlySet<number> = new Set([ElementId.Block, 0x9b, 0xfb]);
/** Track, timestamp and flags. */
const SMALLEST_BLOCK_BODY = 4;

/**
 * Whether [at, end) may be the start of an element that can follow a block, as far as it shows.
 * A block whose size is damaged ends somewhere in the audio, where this holds by chance about once
 * in a hundred times, and for another SimpleBlock, the usual follower, about once in ten thousand.
 *
 * `inCluster` leaves out what could only stand behind the cluster.
 */
export function mayFollowBlock(
  bytes: Uint8Array,
  at: number,
  end: number,
  tracks: ReadonlySet<number>,
  inCluster: boolean,
): boolean {
  if (at >= end) return true;
  const idOctets = vintOctets(bytes[at]!);
  if (idOctets === MAX_ID_OCTETS && !inCluster) {
    return at + idOctets > end || isTopLevel(readId(bytes, at, idOctets));
  }
  const id = bytes[at]!;
  if (idOctets !== 1 || !isClusterChild(id)) return false;
  const sizeAt = at + 1;
  if (sizeAt >= end) return true;
  const sizeOctets = vintOctets(bytes[sizeAt]!);
  if (sizeOctets > MAX_SIZE_OCTETS) return false;
  const body = sizeAt + sizeOctets;
  if (body >= end) return true;
  const size = readSize(bytes, sizeAt, sizeOctets);
  switch (id) {
    case ElementId.SimpleBlock:
      return mayBeBlock(bytes, body, end, size, tracks);
    case ElementId.BlockGroup:
      return size > 0 && size <= MAX_BLOCK_BYTES && GROUP_CHILDREN.has(bytes[body]!);
    case ElementId.CRC32:
      return size === 4;
    case ElementId.Void:
      return size >= 0 && size <= MAX_SKIPPED_BYTES;
    default:
      return size >= 0 && size <= MAX_SIZE_OCTETS;
  }
}

/**
 * What a cluster may hold between and after its blocks. Every other id is damage there: to skip it
 * could pass audio over in silence.
 */
export function isClusterChild(id: number): boolean {
  switch (id) {
    case ElementId.SimpleBlock:
    case ElementId.BlockGroup:
    case ElementId.Void:
    case ElementId.CRC32:
    case ElementId.Position:
    case ElementId.PrevSize:
      return true;
    default:
      return false;
  }
}

function mayBeBlock(
  bytes: Uint8Array,
  body: number,
  end: number,
  size: number,
  tracks: ReadonlySet<number>,
): boolean {
  if (size < SMALLEST_BLOCK_BODY || size > MAX_BLOCK_BYTES) return false;
  const octets = vintOctets(bytes[body]!);
  if (octets > MAX_SIZE_OCTETS) return false;
  return body + octets > end || tracks.has(readSize(bytes, body, octets));
}
