import { encodeHeader, encodeTags } from '../mkv/writer';
import { concatBytes } from '../mkv/ebml-encoding';
import { GET_MEDIA_ERRORS } from './media-errors';
import type { GetMediaErrorId } from './media-errors';
import { TAG_PREFIX } from './stored-fragment';

/** What follows a cluster: the producer's tags, then how far behind it is and where to go on. */
export function encodeTrail(
  tagsAfter: readonly Uint8Array[],
  millisBehindNow: number,
  continuationToken: string,
): Uint8Array {
  const own = encodeTags([
    { name: `${TAG_PREFIX}MILLIS_BEHIND_NOW`, value: String(Math.max(0, millisBehindNow)) },
    { name: `${TAG_PREFIX}CONTINUATION_TOKEN`, value: continuationToken },
  ]);
  return tagsAfter.length === 0 ? own : concatBytes([...tagsAfter, own]);
}

/**
 * The document that stands in place of a fragment when GetMedia fails after it has begun: no
 * SERVER_TIMESTAMP, no cluster (PROTOCOLS A2).
 */
export function encodeInBandError(errorId: GetMediaErrorId, fragmentNumber?: string): Uint8Array {
  const number =
    fragmentNumber === undefined
      ? []
      : [{ name: `${TAG_PREFIX}FRAGMENT_NUMBER`, value: fragmentNumber }];
  const tags = encodeTags([
    ...number,
    { name: `${TAG_PREFIX}ERROR_CODE`, value: GET_MEDIA_ERRORS[errorId] },
    { name: `${TAG_PREFIX}ERROR_ID`, value: String(errorId) },
  ]);
  return concatBytes([encodeHeader([]), tags]);
}
