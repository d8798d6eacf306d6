import { PIECE_MS } from './pieces';

/** Pieces whose time of writing is kept; a chunk that is later than this is counted as lost. */
const KEPT_PIECES = 512;

/** One call that is being spoken: when it began, and when each piece of it went to its reader. */
export class BenchCall {
  /** Machine time of the first audio that Transcribe got; NaN before. */
  firstHeardMs = NaN;
  /** Samples up to which Transcribe has heard it. */
  heardSamples = 0;
  readonly #writtenMs = new Float64Array(KEPT_PIECES);
  #written = 0;

  /**
   * `startMs`: machine time of the first sample; `epochMs`: the producer's clock at that moment.
   */
  constructor(
    readonly index: number,
    readonly callId: string,
    readonly startMs: number,
    readonly epochMs: number,
    readonly lastPiece: number,
  ) {}

  /** Pieces that have been spoken at this moment. */
  spokenPieces(nowMs: number): number {
    return Math.min(this.lastPiece, Math.floor((nowMs - this.startMs) / PIECE_MS));
  }

  /** A piece goes out. What was written before, on another connection, does not count again. */
  wrote(piece: number, nowMs: number): void {
    if (piece < this.#written) return;
    this.#written = piece + 1;
    this.#writtenMs[piece % KEPT_PIECES] = nowMs;
  }

  /** When a piece was written; NaN when that was too long ago, or has not happened. */
  writtenAt(piece: number): number {
    const isKept = piece < this.#written && piece >= this.#written - KEPT_PIECES;
    return isKept ? (this.#writtenMs[piece % KEPT_PIECES] ?? NaN) : NaN;
  }
}
