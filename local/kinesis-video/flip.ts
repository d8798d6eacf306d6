import { ElementId } from '../../functions/worker/mkv/element-ids';
import type { ElementHead } from './ebml-scan';
import { readElementHead } from './ebml-scan';
import type { FlipPlace } from './faults';
import type { FragmentLead } from './stored-fragment';

/** Whether the damage goes into what precedes a fragment's blocks. */
export function flipsLead(place: FlipPlace): boolean {
  return place !== 'block';
}

/** A copy whose structure at the place begins with 0, which no EBML id may. */
export function flipLead(lead: FragmentLead, place: FlipPlace): Uint8Array {
  const offsets = {
    ebml: 0,
    tracks: Math.max(0, Buffer.from(lead.bytes).indexOf(encodedId(ElementId.Tracks))),
    tags: lead.awsTagsOffset,
    cluster: lead.clusterOffset,
    block: lead.clusterOffset,
  } as const satisfies Record<FlipPlace, number>;
  return zeroAt(lead.bytes, offsets[place]);
}

/** A copy whose last SimpleBlock's id is zeroed; undefined when there is none in these bytes. */
export function flipBlock(piece: Uint8Array): Uint8Array | undefined {
  const head: ElementHead = { id: 0, size: 0, length: 0 };
  let position = 0;
  let block: number | undefined;
  while (readElementHead(piece, position, head) === 'ok') {
    if (head.id === ElementId.SimpleBlock) block = position;
    position += head.length + head.size;
  }
  return block === undefined ? undefined : zeroAt(piece, block);
}

function zeroAt(bytes: Uint8Array, offset: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  flipped[offset] = 0;
  return flipped;
}

function encodedId(id: number): Uint8Array {
  return Uint8Array.of(id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff);
}
