/** The first piece allocated for a split element; more only as its bytes really arrive. */
const FIRST_ALLOCATION_BYTES = 65_536;
const SMALLEST_ALLOCATION_BYTES = 64;
const NOTHING = new Uint8Array(0);

/**
 * Gathers one element that network reads have split. It holds exactly `needed` bytes at most,
 * which the parser caps before asking, and allocates at most twice what has arrived or 64 KiB.
 * Each element gets an array of its own, so that views into it stay valid.
 */
export class ElementBuffer {
  bytes: Uint8Array = NOTHING;
  length = 0;
  private needed = 0;

  get capacity(): number {
    return this.bytes.length;
  }

  get isComplete(): boolean {
    return this.length === this.needed;
  }

  /** Asks for the element's first `needed` bytes; what is held already counts. */
  need(needed: number): void {
    this.needed = needed;
  }

  /** Copies what is still needed from [start, end) of `input`; returns how many bytes it took. */
  take(input: Uint8Array, start: number, end: number): number {
    const taken = Math.min(this.needed - this.length, end - start);
    this.reserve(this.length + taken);
    this.bytes.set(input.subarray(start, start + taken), this.length);
    this.length += taken;
    return taken;
  }

  clear(): void {
    this.bytes = NOTHING;
    this.length = 0;
    this.needed = 0;
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const generous = Math.max(FIRST_ALLOCATION_BYTES, 2 * this.bytes.length);
    const capacity = Math.max(SMALLEST_ALLOCATION_BYTES, length, Math.min(this.needed, generous));
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
