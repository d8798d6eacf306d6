import { CallscribeError } from '../../shared/errors';
import type { EndEvent, EventOf, TranscribeEvent, TranscribeEventType } from './events';

/** Awaited before the next event is handed on. */
export type EventHandler<Type extends TranscribeEventType> = (
  event: EventOf<Type>,
) => void | Promise<void>;

type AnyHandler = (event: TranscribeEvent) => void | Promise<void>;

/**
 * A transcription's events, for one reader: either iterate it, or register handlers with `on` and
 * await `done`. It begins with the first of both. Leaving the loop early ends it.
 */
export class Transcription implements AsyncIterable<TranscribeEvent> {
  readonly #handlers = new Map<TranscribeEventType, AnyHandler[]>();
  readonly #errorHandlers: ((reason: unknown) => void)[] = [];
  #taken: 'iterated' | 'handled' | undefined;
  #done: Promise<EndEvent> | undefined;

  constructor(private readonly events: () => AsyncGenerator<TranscribeEvent>) {}

  [Symbol.asyncIterator](): AsyncGenerator<TranscribeEvent> {
    this.#take('iterated');
    return this.events();
  }

  /**
   * Calls `handler` with every event of a type, in order and one at a time. A handler that throws
   * ends the transcription with what it throws. `error` is told why it ended early; without a
   * handler for it, and unless `done` is awaited, that is an unhandled rejection.
   */
  on<Type extends TranscribeEventType>(type: Type, handler: EventHandler<Type>): this;
  on(type: 'error', handler: (reason: unknown) => void): this;
  on(type: TranscribeEventType | 'error', handler: (argument: never) => unknown): this {
    void this.#begin();
    if (type === 'error') {
      this.#errorHandlers.push(handler as (reason: unknown) => void);
      this.#done?.catch(() => undefined);
    } else {
      const known = this.#handlers.get(type) ?? [];
      this.#handlers.set(type, [...known, handler as AnyHandler]);
    }
    return this;
  }

  /** Resolves with the last event when all was heard and handled, rejects when it ended early. */
  get done(): Promise<EndEvent> {
    return this.#begin();
  }

  #begin(): Promise<EndEvent> {
    if (this.#done === undefined) {
      this.#take('handled');
      // Handlers that are registered in the same breath miss nothing.
      this.#done = Promise.resolve().then(() => this.#handle());
    }
    return this.#done;
  }

  async #handle(): Promise<EndEvent> {
    try {
      let end: EndEvent | undefined;
      for await (const event of this.events()) {
        for (const handler of this.#handlers.get(event.type) ?? []) await handler(event);
        if (event.type === 'end') end = event;
      }
      if (end === undefined) throw new CallscribeError('internal', 'the events have no end');
      return end;
    } catch (reason) {
      for (const handler of this.#errorHandlers) handler(reason);
      throw reason;
    }
  }

  #take(by: 'iterated' | 'handled'): void {
    if (this.#taken === undefined) {
      this.#taken = by;
      return;
    }
    throw new CallscribeError(
      'bad-request',
      'a transcription has one reader: iterate it once, or use handlers',
    );
  }
}
