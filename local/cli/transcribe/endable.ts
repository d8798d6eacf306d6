/**
 * Audio whose end can be called: `end` has it end after the piece that is on its way, so that
 * what was said so far is still transcribed.
 */
export class EndableAudio implements AsyncIterable<Uint8Array> {
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(private readonly audio: AsyncIterable<Uint8Array>) {}

  end(): void {
    this.#isEnded = true;
    this.#wake();
    this.destroy();
  }

  /** Lets go of the source at once, where that is possible. */
  destroy(): void {
    const { audio } = this;
    if ('destroy' in audio && typeof audio.destroy === 'function') audio.destroy();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const iterator = this.audio[Symbol.asyncIterator]();
    return {
      next: async () => {
        const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => {
          this.#wake = () => resolve({ done: true, value: undefined });
        });
        if (this.#isEnded) return { done: true, value: undefined };
        const next = iterator.next();
        // A source that is destroyed complains; nobody asks for more of it.
        next.catch(() => undefined);
        return Promise.race([next, ended]);
      },
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  }
}
