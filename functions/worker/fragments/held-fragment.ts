import type { ReaderEvent } from './reader-batch';

/**
 * Audio held for one fragment, several times what KVS takes (10 s of three tracks); beyond it the
 * fragment's audio so far is given up.
 */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

type Block = Extract<ReaderEvent, { type: 'block' }>;

/** Events of a fragment of which it is not known yet whether they may be passed on. */
export class HeldFragment {
  #events: ReaderEvent[];
  #bytes = 0;

  constructor(
    start: ReaderEvent,
    /** Held until the trailing tags tell whose it is. */
    readonly untilTagged: boolean,
    /** Held while it is no longer than a known one that it may repeat; 0 when there is none. */
    public mayRepeatBytes: number,
  ) {
    this.#events = [start];
  }

  get mayGo(): boolean {
    return !this.untilTagged && this.mayRepeatBytes === 0;
  }

  /** Copies the payload: it is valid only until the next pull. */
  add(block: Block): void {
    this.#bytes += block.payload.length;
    if (this.#bytes > MAX_HELD_BYTES) {
      this.dropBlocks();
      this.#events.push({ type: 'skipped', reason: 'malformed' });
      return;
    }
    this.#events.push({ ...block, payload: new Uint8Array(block.payload) });
  }

  /** Forgets the blocks held so far, and returns them. */
  dropBlocks(): Block[] {
    const blocks = this.#events.filter((event) => event.type === 'block');
    this.#events = this.#events.filter((event) => event.type !== 'block');
    this.#bytes = 0;
    return blocks;
  }

  /** Gives all of it to `out`. */
  release(out: ReaderEvent[]): void {
    for (const event of this.#events) out.push(event);
    this.#events = [];
  }
}
