import { concatBytes } from '../../../local/mkv/ebml-encoding';
import { encodeClusterStart, encodeHeader } from '../../../local/mkv/writer';
import { BYTES_PER_SAMPLE, LOOP_SECONDS, SAMPLE_RATE_HZ, createNoise } from '../media/audio';
import { callIdOf } from '../media/call-names';
import { FragmentTemplate } from '../media/fragment-template';
import { FRAGMENT_MS, TRACKS, encodePieces } from '../media/pieces';

/** Network reads of Node's sockets are this long at most. */
const READ_BYTES = 64 * 1024;
const START_MS = 1_750_000_000_000;

export interface Recording {
  /** The body as reads from a socket; views of one buffer. */
  readonly reads: readonly Buffer[];
  readonly bytes: number;
  /** Bytes of audio in its blocks, both tracks. */
  readonly audioBytes: number;
}

/**
 * A call of so many seconds with two tracks, as GetMedia sends it: a document per fragment, one
 * fragment a second. `asOneDocument`: one header, then clusters only, as files are.
 */
export function recordCall(seconds: number, blockBytes: number, asOneDocument = false): Recording {
  const pieces = encodePieces(createNoise(), blockBytes / BYTES_PER_SAMPLE);
  const template = new FragmentTemplate();
  const parts: Uint8Array[] = asOneDocument ? [encodeHeader(TRACKS)] : [];
  for (let fragment = 0; fragment < seconds; fragment++) {
    const blocks = pieces[fragment % LOOP_SECONDS] ?? [];
    if (asOneDocument) parts.push(encodeClusterStart(fragment * FRAGMENT_MS), ...blocks);
    else {
      const lead = template.lead(callIdOf(1), fragment, START_MS);
      parts.push(lead, ...blocks, template.trail(fragment));
    }
  }
  const body = Buffer.from(concatBytes(parts).buffer);
  const reads: Buffer[] = [];
  for (let at = 0; at < body.length; at += READ_BYTES) {
    reads.push(body.subarray(at, at + READ_BYTES));
  }
  const audioBytes = seconds * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE * TRACKS.length;
  return { reads, bytes: body.length, audioBytes };
}
