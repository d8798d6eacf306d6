import type { ReaderEvent } from '../fragments/reader-batch';
import type { Codec } from './codec';

/** How far a block's size may be from what its duration asks for. */
const TOLERANCE = 0.05;
/** Pairs of blocks that have to misfit: between one pair of them audio may be missing. */
const MISFITS = 3;

/** A block that waits for the codec to be decided; its payload is a copy. */
export interface HeldBlock {
  readonly fragment: Extract<ReaderEvent, { type: 'start' }>;
  readonly timestampMs: number;
  readonly consumedBytes: number;
  readonly payload: Uint8Array;
}

/**
 * Whether a leg whose CodecID is unfamiliar has blocks of the size that a codec asks for: each is
 * measured by the time at which the next one begins. Holds at most MISFITS + 1 blocks.
 */
export class BlockFit {
  readonly #held: HeldBlock[] = [];

  constructor(
    readonly codec: Codec,
    private readonly sampleRateHz: number,
  ) {}

  /** Whether blocks were compared and none has fitted so far. */
  get hasMisfit(): boolean {
    return this.#held.length > 1;
  }

  /** `undecided`: one more block is needed. The blocks are then in `take`. */
  add(block: HeldBlock): 'fits' | 'misfits' | 'undecided' {
    const before = this.#held.at(-1);
    this.#held.push(block);
    if (before === undefined) return 'undecided';
    const durationMs = block.timestampMs - before.timestampMs;
    const expected = (durationMs * this.sampleRateHz * this.codec.bytesPerSample) / 1000;
    const whole = before.payload.length + before.consumedBytes;
    if (Math.abs(whole - expected) <= expected * TOLERANCE) return 'fits';
    return this.#held.length > MISFITS ? 'misfits' : 'undecided';
  }

  /** The blocks added so far, in order. */
  take(): HeldBlock[] {
    return this.#held.splice(0);
  }
}
