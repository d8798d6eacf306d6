/**
 * Beyond this the producer's time wins over the count of samples (DESIGN 6). It is wider than
 * the rounding of millisecond block times and narrower than the smallest telephony packet.
 */
const TOLERANCE_MS = 15;

/** A clock that jumps further than this is wrong: no call has such a hole. */
const MAX_HOLE_MS = 24 * 3_600_000;

/**
 * Puts one leg's samples on the call's timeline: by counting, checked against producer time.
 * A jump forward is a hole; after a jump backward the count goes on and the clock is re-anchored.
 */
export class LegClock {
  #anchorMs: number;
  #next: number | undefined;
  #holeFrom = 0;

  /**
   * `anchorMs`: producer time of timeline position 0. `next`: position of the next sample when
   * the leg was placed before (resume).
   */
  constructor(
    private readonly sampleRateHz: number,
    anchorMs: number,
    next?: number,
  ) {
    this.#anchorMs = anchorMs;
    this.#next = next;
  }

  get anchorMs(): number {
    return this.#anchorMs;
  }

  /** Position of the next sample; undefined before the first block. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Where the hole begins that ends at the position last given; that position: no hole. */
  get holeFrom(): number {
    return this.#holeFrom;
  }

  positionOf(producerMs: number): number {
    return Math.round(((producerMs - this.#anchorMs) * this.sampleRateHz) / 1000);
  }

  /** Position of a block that begins at `producerMs`; call `advance` with its length afterwards. */
  place(producerMs: number): number {
    const byClock = this.positionOf(producerMs);
    const next = this.#next ?? Math.max(0, byClock);
    const partedMs = ((byClock - next) * 1000) / this.sampleRateHz;
    this.#holeFrom = next;
    if (partedMs > TOLERANCE_MS && partedMs <= MAX_HOLE_MS) {
      this.#next = byClock;
      return byClock;
    }
    if (Math.abs(partedMs) > TOLERANCE_MS) {
      this.#anchorMs = producerMs - (next * 1000) / this.sampleRateHz;
    }
    this.#next = next;
    return next;
  }

  advance(sampleCount: number): void {
    this.#next = (this.#next ?? 0) + sampleCount;
  }
}
