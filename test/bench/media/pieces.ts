import { CONNECT_TRACKS } from '../../../shared/call';
import { concatBytes } from '../../../local/mkv/ebml-encoding';
import { encodeSimpleBlock } from '../../../local/mkv/writer';
import type { TrackSpec } from '../../../local/mkv/writer';
import type { CallAudio } from './audio';
import { BYTES_PER_SAMPLE, LOOP_SECONDS, SAMPLE_RATE_HZ } from './audio';

/** As Amazon Connect: fragments of 1 s, two tracks; written as they come, in pieces of 200 ms. */
export const PIECE_MS = 200;
export const PIECES_PER_FRAGMENT = 5;
export const FRAGMENT_MS = PIECE_MS * PIECES_PER_FRAGMENT;
/** 1024 bytes, as Connect writes. */
const BLOCK_SAMPLES = 512;
const FRAGMENT_SAMPLES = (FRAGMENT_MS * SAMPLE_RATE_HZ) / 1000;
const PIECE_SAMPLES = FRAGMENT_SAMPLES / PIECES_PER_FRAGMENT;

export const TRACKS: readonly TrackSpec[] = [
  track(1, CONNECT_TRACKS.caller),
  track(2, CONNECT_TRACKS.agent),
];

function track(number: number, name: string): TrackSpec {
  return { number, name, codecId: 'A_PCM/INT/LIT', sampleRateHz: SAMPLE_RATE_HZ, bitDepth: 16 };
}

/**
 * The blocks of each piece, [fragment of the loop][piece]. A block goes out with the piece in
 * whose time its last sample falls; the fragment's last block is short.
 */
export function encodePieces(
  { channels }: CallAudio,
  blockSamples = BLOCK_SAMPLES,
): readonly (readonly Buffer[])[] {
  return Array.from({ length: LOOP_SECONDS }, (_, fragment) => {
    const pieces: Uint8Array[][] = Array.from({ length: PIECES_PER_FRAGMENT }, () => []);
    for (let from = 0; from < FRAGMENT_SAMPLES; from += blockSamples) {
      const to = Math.min(from + blockSamples, FRAGMENT_SAMPLES);
      channels.forEach((samples, channel) => {
        const first = fragment * FRAGMENT_SAMPLES;
        const block = encodeSimpleBlock({
          trackNumber: channel + 1,
          timestampMs: Math.round((from * 1000) / SAMPLE_RATE_HZ),
          payload: bytesOf(samples.subarray(first + from, first + to)),
        });
        pieces[pieceOf(from, blockSamples)]?.push(block);
      });
    }
    return pieces.map((blocks) => Buffer.from(concatBytes(blocks)));
  });
}

/** In which piece of the call, counted from its start, a sample comes. */
export function pieceOfSample(sample: number): number {
  const fragment = Math.floor(sample / FRAGMENT_SAMPLES);
  return fragment * PIECES_PER_FRAGMENT + pieceOf(sample % FRAGMENT_SAMPLES);
}

/** In which piece of its fragment the block with this sample comes. */
function pieceOf(sample: number, blockSamples = BLOCK_SAMPLES): number {
  const blockStart = sample - (sample % blockSamples);
  const blockEnd = Math.min(blockStart + blockSamples, FRAGMENT_SAMPLES);
  return Math.ceil(blockEnd / PIECE_SAMPLES) - 1;
}

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(
    samples.buffer,
    samples.byteOffset,
    samples.length * BYTES_PER_SAMPLE,
  ).slice();
}
