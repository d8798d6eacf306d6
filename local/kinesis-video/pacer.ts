/** What may be sent at once after a pause, as a share of a second's bytes. */
const BURST_SECONDS = 0.05;

/** Lets so many bytes a second through. */
export class Pacer {
  #bytesPerSecond: number;
  #available: number;
  #filledAtMs: number;

  constructor(
    bytesPerSecond: number,
    private readonly nowMs: () => number,
  ) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#available = this.#burst;
    this.#filledAtMs = nowMs();
  }

  setRate(bytesPerSecond: number): void {
    this.#fill();
    this.#bytesPerSecond = bytesPerSecond;
    this.#available = Math.min(this.#available, this.#burst);
  }

  /** How many of the wanted bytes may go now. */
  take(wanted: number): number {
    if (this.#bytesPerSecond === Infinity) return wanted;
    this.#fill();
    const taken = Math.min(wanted, Math.floor(this.#available));
    this.#available -= taken;
    return taken;
  }

  /** Milliseconds until a byte may go again. */
  get waitMs(): number {
    return Math.max(1, ((this.#burst - this.#available) / this.#bytesPerSecond) * 1000);
  }

  get #burst(): number {
    return Math.max(1, this.#bytesPerSecond * BURST_SECONDS);
  }

  #fill(): void {
    const now = this.nowMs();
    const refill = ((now - this.#filledAtMs) / 1000) * this.#bytesPerSecond;
    this.#filledAtMs = now;
    if (this.#bytesPerSecond !== Infinity) {
      this.#available = Math.min(this.#burst, this.#available + refill);
    }
  }
}
