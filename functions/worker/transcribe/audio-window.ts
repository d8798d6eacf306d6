import type { AudioChunk } from '../audio/chunk-grid';

/** Empty places before the first chunk. */
const MAX_EMPTY = 64;

/**
 * The last seconds of a call's audio, for sessions to read and to read again. `push` waits while
 * the slowest cursor is a whole window behind: a session that does not take audio stops the
 * pull from KVS. At most `capacitySamples` (plus one chunk) are held.
 */
export class AudioWindow {
  readonly #chunks: (AudioChunk | undefined)[] = [];
  /** Places before it are empty: moving all the others up at each chunk costs more than they. */
  #first = 0;
  readonly #cursors = new Set<AudioCursor>();
  #end: number | undefined;
  /** One promise for all that wait for the next change. */
  #change: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  /** End of the last chunk that was given up; beyond it all there is can be read. */
  #evictedTo = -Infinity;
  #writerWaits = false;

  constructor(
    private readonly capacitySamples: number,
    /** No cursor will give this chunk any more; one given just now may still be on its way. */
    private readonly onEvicted: (chunk: AudioChunk) => void = () => undefined,
  ) {}

  /** First position that can still be read; undefined before the first chunk. */
  get start(): number | undefined {
    return this.#chunks[this.#first]?.startSample;
  }

  /** The position after the last chunk; undefined before the first chunk. */
  get end(): number | undefined {
    return this.#end;
  }

  /**
   * Resolves when the slowest reader is near enough for this chunk, or when the signal aborts;
   * undefined when it is already.
   */
  room(chunk: AudioChunk, signal: AbortSignal): Promise<void> | undefined {
    return this.#slowestIsFull(chunk) ? this.#waitForRoom(chunk, signal) : undefined;
  }

  /** Undefined when the chunk did not have to wait for room. */
  push(chunk: AudioChunk, signal: AbortSignal): Promise<void> | undefined {
    if (!this.#slowestIsFull(chunk)) {
      this.#add(chunk);
      return undefined;
    }
    return this.#waitForRoom(chunk, signal).then(() => this.#add(chunk));
  }

  #add(chunk: AudioChunk): void {
    this.#chunks.push(chunk);
    this.#end = chunk.startSample + chunk.sampleCount;
    this.#trim();
    this.notify();
  }

  /** A reader from `position` on. Undefined when that has left the window already. */
  cursor(position: number): AudioCursor | undefined {
    if (position < this.#evictedTo) return undefined;
    const cursor = new AudioCursor(this, position);
    this.#cursors.add(cursor);
    return cursor;
  }

  release(cursor: AudioCursor): void {
    this.#cursors.delete(cursor);
    this.notify();
  }

  /** The chunk that holds `position` or the first one after it. */
  chunkAt(position: number): AudioChunk | undefined {
    const last = this.#chunks.length - 1;
    for (let index = last; index >= this.#first; index--) {
      const chunk = this.#chunks[index] as AudioChunk;
      if (chunk.startSample + chunk.sampleCount <= position) return this.#chunks[index + 1];
    }
    return this.#chunks[this.#first];
  }

  /** The last chunk that begins before `position`. */
  chunkBefore(position: number): AudioChunk | undefined {
    return this.#chunks.findLast((chunk) => chunk !== undefined && chunk.startSample < position);
  }

  /** Resolves at the next push, release or `notify`. */
  changed(): Promise<void> {
    this.#change ??= new Promise((resolve) => (this.#wake = resolve));
    return this.#change;
  }

  /** A cursor has moved: a writer that waits for it looks again. */
  moved(): void {
    if (this.#writerWaits) this.notify();
  }

  notify(): void {
    const wake = this.#wake;
    this.#change = undefined;
    this.#wake = undefined;
    wake?.();
  }

  async #waitForRoom(chunk: AudioChunk, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#slowestIsFull(chunk)) {
      this.#writerWaits = true;
      await this.changed();
    }
    this.#writerWaits = false;
  }

  #slowestIsFull(chunk: AudioChunk): boolean {
    const end = chunk.startSample + chunk.sampleCount;
    for (const cursor of this.#cursors) {
      if (end - cursor.position > this.capacitySamples && cursor.hasUnread) return true;
    }
    return false;
  }

  #trim(): void {
    const end = this.#end ?? 0;
    while (this.#chunks.length - this.#first > 1) {
      const first = this.#chunks[this.#first] as AudioChunk;
      if (end - (first.startSample + first.sampleCount) < this.capacitySamples) return;
      this.#chunks[this.#first] = undefined;
      this.#first += 1;
      if (this.#first === MAX_EMPTY) {
        this.#chunks.splice(0, MAX_EMPTY);
        this.#first = 0;
      }
      this.#evictedTo = first.startSample + first.sampleCount;
      this.onEvicted(first);
    }
  }
}

export class AudioCursor {
  constructor(
    private readonly window: AudioWindow,
    public position: number,
  ) {}

  get hasUnread(): boolean {
    return this.window.chunkAt(this.position) !== undefined;
  }

  /** The next chunk without waiting; advances past it. */
  take(): AudioChunk | undefined {
    const chunk = this.window.chunkAt(this.position);
    if (chunk !== undefined) this.pass(chunk);
    return chunk;
  }

  /** Advances past the chunk that holds its position. */
  pass({ startSample, sampleCount }: AudioChunk): void {
    this.position = startSample + sampleCount;
    this.window.moved();
  }

  release(): void {
    this.window.release(this);
  }
}
