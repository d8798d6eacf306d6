import type { TranscribeEvent } from './events';

/** Events that wait for a slow reader; then the audio waits, and partials are left out. */
const BOUND = 256;

/**
 * Events on their way to the reader, so that a reader that takes its time does not starve the
 * session. A partial takes the place of the one before it of the same result.
 */
export class EventBuffer {
  readonly #events: TranscribeEvent[] = [];
  #end: { readonly reason?: unknown } | undefined;
  #wakeReader: () => void = () => undefined;
  #wakeWriter: () => void = () => undefined;

  /** Resolves when there is room for more, or when the buffer is closed. One writer. */
  async push(event: TranscribeEvent): Promise<void> {
    if (this.#end !== undefined) return;
    if (event.type === 'partial') this.#putPartial(event);
    else {
      this.#dropPartial(event);
      this.#events.push(event);
    }
    this.#wakeReader();
    while (this.#events.length >= BOUND && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    }
  }

  close(): void {
    this.#finish({});
  }

  fail(reason: unknown): void {
    this.#finish({ reason });
  }

  /** The next event; undefined at the end. One reader. */
  async take(): Promise<TranscribeEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) {
        this.#wakeWriter();
        return event;
      }
      if (this.#end !== undefined) {
        if ('reason' in this.#end) throw this.#end.reason;
        return undefined;
      }
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }

  #putPartial(event: Extract<TranscribeEvent, { type: 'partial' }>): void {
    const index = this.#waitingPartial(event);
    if (index >= 0) this.#events[index] = event;
    else if (this.#events.length < BOUND - 1) this.#events.push(event);
  }

  /** A final says all that its partials would have said. */
  #dropPartial(event: TranscribeEvent): void {
    if (event.type !== 'final') return;
    const index = this.#waitingPartial(event);
    if (index >= 0) this.#events.splice(index, 1);
  }

  #waitingPartial({ resultId }: { readonly resultId: string }): number {
    return this.#events.findLastIndex(
      (event) => event.type === 'partial' && event.resultId === resultId,
    );
  }

  #finish(end: { readonly reason?: unknown }): void {
    this.#end ??= end;
    this.#wakeReader();
    this.#wakeWriter();
  }
}
