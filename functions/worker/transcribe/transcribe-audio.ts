import type { AudioItem } from '../audio/audio-item';
import type { ChainOptions } from './chain-options';
import { ChainOutput } from './chain-output';
import { SessionChain } from './session-chain';
import type { TranscribeItem } from './transcribe-item';

const DONE = { done: true, value: undefined } as const;

/**
 * Sends the call's audio through a chain of sessions, each owning an interval of the timeline,
 * and gives their results in the intervals' order among the timeline's own items: yields what
 * there is whenever something matters (ChainOutput), each item to be worked on before the next is
 * asked for.
 * Everything that fails on the way is heard again from the marks (DESIGN 7); what no session can
 * heal is thrown.
 */
export function transcribeAudio(
  audio: AsyncIterable<readonly AudioItem[]>,
  options: ChainOptions,
): AsyncIterable<Iterable<TranscribeItem>> {
  return { [Symbol.asyncIterator]: () => new HeardAudio(audio, options) };
}

/** Begins to hear at once. No async generator: that takes several promises for each pull. */
class HeardAudio implements AsyncIterator<Iterable<TranscribeItem>, undefined> {
  readonly #stop = new AbortController();
  readonly #output: ChainOutput;
  readonly #chain: SessionChain;
  readonly #fed: Promise<void>;
  readonly #stopTicks: () => void;
  readonly #now: IteratorResult<Iterable<TranscribeItem>, undefined>;

  constructor(audio: AsyncIterable<readonly AudioItem[]>, options: ChainOptions) {
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const output = new ChainOutput(signal, (chunk) => options.giveBack?.(chunk));
    this.#output = output;
    this.#now = { done: false, value: output.now };
    this.#stopTicks = options.ticker.listen(() => output.tick());
    this.#chain = new SessionChain(options, output, signal);
    this.#fed = this.#chain.feed(audio).then(
      () => output.close(),
      (reason: unknown) => {
        this.#stop.abort();
        output.fail(reason);
      },
    );
  }

  next(): Promise<IteratorResult<Iterable<TranscribeItem>, undefined>> {
    return this.#output.ready().then(this.#ready, this.#failed);
  }

  async return(): Promise<IteratorResult<Iterable<TranscribeItem>, undefined>> {
    await this.#close();
    return DONE;
  }

  readonly #ready = (isReady: boolean) => (isReady ? this.#now : this.return());

  readonly #failed = async (reason: unknown): Promise<never> => {
    await this.#close();
    throw reason;
  };

  async #close(): Promise<void> {
    this.#stop.abort();
    this.#stopTicks();
    this.#chain.wake();
    this.#output.close();
    await this.#fed;
  }
}
