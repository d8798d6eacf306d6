import { MAX_ID_OCTETS, MAX_SIZE_OCTETS } from './ebml-reader';

/** Real EBML headers have about 40 octets (40 to 48 with id and size in captures). */
export const MAX_EBML_HEADER_BYTES = 1024;
/** The largest block: KVS fragments last 10 s at most, which is 1.9 MB of 48 kHz stereo PCM16. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;
/** Info, Tracks and Tags of real streams are below 1 KB; codec data may make Tracks larger. */
export const MAX_HEADER_ELEMENT_BYTES = 256 * 1024;
/** A KVS fragment has 50 MB at most (PROTOCOLS A2, 4001), so nothing in it can be larger. */
export const MAX_SKIPPED_BYTES = 50 * 1000 * 1000;
/** What a demuxer keeps between two pushes: one split block with its id and size. */
export const MAX_SCRATCH_BYTES = MAX_BLOCK_BYTES + MAX_ID_OCTETS + MAX_SIZE_OCTETS;
