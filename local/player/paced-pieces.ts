import type { ProducerFragment, ProducerPiece } from '../kinesis-video/producer';
import type { SourceBlock, SourceFragment } from './call-source';
import type { Pacer } from './pacer';

export interface PacedPiecesOptions {
  /** Producer time of the source's position 0, epoch milliseconds. */
  readonly startTimeMs: number;
  readonly pacer: Pacer;
  /** Ends the pieces early, where they are. */
  readonly hangUp?: AbortSignal;
  /** How far the source has been handed over, milliseconds. */
  readonly onPosition?: (endMs: number) => void;
}

/**
 * Hands fragments over as a live producer has them: each block when its audio has been spoken,
 * not when its fragment is complete. Blocks that end at the same time go together.
 */
export async function* pacedPieces(
  fragments: AsyncIterable<SourceFragment>,
  { startTimeMs, pacer, hangUp, onPosition }: PacedPiecesOptions,
): AsyncGenerator<ProducerFragment | ProducerPiece> {
  for await (const fragment of fragments) {
    const producerTimestampMs = startTimeMs + fragment.timestampMs;
    let isFirst = true;
    for (const blocks of groupByEnd(fragment.blocks)) {
      const endMs = blocks[0]?.endMs ?? fragment.timestampMs;
      if (!(await isDue(pacer, endMs, hangUp))) return;
      const specs = blocks.map(({ trackNumber, timestampMs, payload }) => ({
        trackNumber,
        timestampMs: timestampMs - fragment.timestampMs,
        payload,
      }));
      yield isFirst ? { producerTimestampMs, blocks: specs } : { blocks: specs };
      isFirst = false;
      onPosition?.(endMs);
    }
  }
}

/** False when the call is hung up first. */
async function isDue(pacer: Pacer, endMs: number, hangUp?: AbortSignal): Promise<boolean> {
  try {
    await pacer.waitUntil(endMs, hangUp);
    return true;
  } catch (reason) {
    if (hangUp?.aborted === true) return false;
    throw reason;
  }
}

/** Neighbours that end together. */
function groupByEnd(blocks: readonly SourceBlock[]): SourceBlock[][] {
  const groups: SourceBlock[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last?.[0]?.endMs === block.endMs) last.push(block);
    else groups.push([block]);
  }
  return groups;
}
