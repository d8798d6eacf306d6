import type { AudioItem } from './audio-item';
import { findOrigin } from './find-origin';
import { Source } from './source';
import { Timeline, type TimelineOptions } from './timeline';

const DONE = { done: true, value: undefined } as const;

/**
 * Merges the legs' audio onto the call's timeline (DESIGN 6). Yields what one network read made
 * ready; the last item is `end`. Buffers at most one batch per stream and what lies between two
 * channels: AHEAD_MS and ABSENCE_MS more than the longest fragment, of which there are 10 s.
 * Throws what the readers throw, `unknown-track`, `unsupported-codec`, `bad-audio` and
 * `stream-expired`.
 */
export function placeAudio(options: TimelineOptions): AsyncIterable<AudioItem[]> {
  return { [Symbol.asyncIterator]: () => new PlacedAudio(options) };
}

/** One pull at a time. No async generator: that takes twice the promises for each batch. */
class PlacedAudio implements AsyncIterator<AudioItem[], undefined> {
  #sources: readonly Source[] = [];
  #timeline: Timeline | undefined;
  #isOver = false;
  #pulled: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TimelineOptions) {}

  next(): Promise<IteratorResult<AudioItem[], undefined>> {
    const timeline = this.#timeline;
    const isPlain = timeline?.isOver === false && !this.#isOver && timeline.ready === undefined;
    const pulled = isPlain ? timeline.pull().then(this.#came, this.#failed) : this.#next();
    this.#pulled = pulled;
    return pulled;
  }

  /** Waits for a pull that is under way, which then is the last. */
  async return(): Promise<IteratorResult<AudioItem[], undefined>> {
    this.#isOver = true;
    await Promise.allSettled([this.#pulled]);
    await this.#close();
    return DONE;
  }

  async #next(): Promise<IteratorResult<AudioItem[], undefined>> {
    try {
      const items = this.#timeline === undefined ? await this.#begin() : [];
      if (items.length > 0) return { done: false, value: items };
      const timeline = this.#timeline;
      while (timeline?.isOver === false && !this.#isOver) {
        const ready = timeline.advance(timeline.ready ?? (await timeline.pull()));
        if (ready.length > 0) return { done: false, value: ready };
      }
    } catch (reason) {
      return this.#failed(reason);
    }
    await this.#close();
    return DONE;
  }

  /** What nearly every pull is: one batch that makes something ready, without an async function. */
  readonly #came = (
    source: Source,
  ): IteratorResult<AudioItem[], undefined> | Promise<IteratorResult<AudioItem[], undefined>> => {
    const timeline = this.#timeline;
    if (timeline === undefined || this.#isOver) return this.#next();
    try {
      const ready = timeline.advance(source);
      return ready.length > 0 ? { done: false, value: ready } : this.#next();
    } catch (reason) {
      return this.#failed(reason);
    }
  };

  readonly #failed = async (reason: unknown): Promise<never> => {
    await this.#close();
    throw reason;
  };

  async #begin(): Promise<AudioItem[]> {
    if (this.#isOver) return [];
    const { options } = this;
    const sources = options.sources.map((source) => new Source(source));
    this.#sources = sources;
    const origin = options.origin ?? (await findOrigin(sources, options));
    if (typeof origin === 'string') {
      this.#isOver = true;
      return [{ type: 'end', reason: origin, sample: 0, received: {} }];
    }
    this.#timeline = new Timeline(options, sources, origin);
    return options.origin === undefined ? [{ type: 'origin', ...origin }] : [];
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    const sources = this.#sources;
    this.#sources = [];
    await Promise.all(sources.map((source) => source.close()));
  }
}
