/** What the media process sees while a window is open; bounded by the window's length. */
export class Measures {
  /** Milliseconds from when a chunk's last byte was available to when it was all here. */
  readonly #lateMs: number[] = [];
  readonly #finals: number[] = [];
  #isOpen = false;
  /** Chunks that were later than can be told: more than 100 s. */
  untold = 0;
  frames = 0;
  audioBytes = 0;

  open(): void {
    this.#isOpen = true;
    this.#lateMs.length = 0;
    this.#finals.length = 0;
    this.untold = 0;
    this.frames = 0;
    this.audioBytes = 0;
  }

  close(): MediaWindow {
    this.#isOpen = false;
    return {
      lateMs: Float64Array.from(this.#lateMs),
      finals: Float64Array.from(this.#finals),
      untold: this.untold,
      frames: this.frames,
      audioBytes: this.audioBytes,
    };
  }

  chunk(lateMs: number, bytes: number): void {
    if (!this.#isOpen) return;
    this.frames += 1;
    this.audioBytes += bytes;
    if (Number.isNaN(lateMs)) this.untold += 1;
    else this.#lateMs.push(lateMs);
  }

  /** A final result went out: the `ordinal`th of this channel of this call. */
  final(call: number, channel: number, ordinal: number, atMs: number): void {
    if (this.#isOpen) this.#finals.push(call, channel, ordinal, atMs);
  }
}

export interface MediaWindow {
  readonly lateMs: Float64Array;
  /** Call, channel, ordinal, machine time, again and again. */
  readonly finals: Float64Array;
  readonly untold: number;
  readonly frames: number;
  readonly audioBytes: number;
}
