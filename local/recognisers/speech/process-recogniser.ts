import { CallscribeError } from '../../../shared/errors';
import type { Recogniser, RecogniserOptions } from '../recogniser';
import type { DecoderProcess } from './decoder-process';
import type { FromDecoder } from './messages';

/** Audio that may be under way to the decoder before `push` makes its caller wait. */
const MOST_UNHEARD_SECONDS = 5;
/** The end of a long utterance takes 1 s on a slow machine; this long is a hang. */
const ANSWER_LIMIT_MS = 30_000;

export interface ProcessRecogniserOptions extends RecogniserOptions {
  /** The engine's name, for error messages. */
  readonly name: string;
  readonly answerLimitMs?: number;
}

/** Somebody who waits until `when` holds. */
interface Waiter {
  readonly when: () => boolean;
  resolve(): void;
  reject(reason: CallscribeError): void;
}

/**
 * A recogniser whose decoder lives in another process. When that process ends or hangs, the call
 * that waits for it, or the next one, rejects with `unavailable`.
 */
export class ProcessRecogniser implements Recogniser {
  #ready = false;
  #finished = false;
  #unheard = 0;
  #failure: CallscribeError | undefined;
  /** One at most, since calls do not overlap. */
  #waiters: Waiter[] = [];
  #watchdog: NodeJS.Timeout | undefined;

  private constructor(
    private readonly decoder: DecoderProcess,
    private readonly options: ProcessRecogniserOptions,
  ) {
    decoder.onMessage((message) => this.#take(message));
    decoder.onEnd((reason) =>
      this.#fail('unavailable', `the ${options.name} process ended: ${reason}`),
    );
  }

  /** Resolves when the decoder has loaded its models. */
  static async open(
    decoder: DecoderProcess,
    models: unknown,
    options: ProcessRecogniserOptions,
  ): Promise<ProcessRecogniser> {
    const recogniser = new ProcessRecogniser(decoder, options);
    decoder.send({ kind: 'open', models, sampleRateHz: options.sampleRateHz });
    await recogniser.#until(() => recogniser.#ready);
    return recogniser;
  }

  push(samples: Int16Array): Promise<void> {
    this.#unheard += samples.length;
    this.decoder.send({ kind: 'audio', samples: samples.slice() });
    const bound = MOST_UNHEARD_SECONDS * this.options.sampleRateHz;
    return this.#until(() => this.#unheard <= bound);
  }

  async finish(): Promise<void> {
    this.decoder.send({ kind: 'finish' });
    await this.#until(() => this.#finished);
    this.close();
  }

  close(): void {
    this.#failure ??= new CallscribeError('aborted', 'the recogniser is closed');
    this.#settle();
    this.decoder.kill();
  }

  #take(message: FromDecoder): void {
    if (this.#failure) return;
    switch (message.kind) {
      case 'recognition':
        this.options.onRecognition(message.recognition);
        return;
      case 'failed':
        this.#fail(message.code, message.message);
        return;
      case 'heard':
        this.#unheard -= message.samples;
        break;
      case 'ready':
        this.#ready = true;
        break;
      case 'finished':
        this.#finished = true;
        break;
    }
    this.#settle();
  }

  #until(when: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ when, resolve, reject });
      this.#settle();
    });
  }

  /** Answers whoever can be answered, and watches the process as long as it owes an answer. */
  #settle(): void {
    clearTimeout(this.#watchdog);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (this.#failure) waiter.reject(this.#failure);
      else if (waiter.when()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
    if (this.#failure || (this.#waiters.length === 0 && this.#unheard === 0)) return;
    const { answerLimitMs = ANSWER_LIMIT_MS } = this.options;
    this.#watchdog = setTimeout(() => {
      this.#fail(
        'unavailable',
        `the ${this.options.name} process did not answer for ${answerLimitMs} ms`,
      );
      this.decoder.kill();
    }, answerLimitMs);
  }

  #fail(code: CallscribeError['code'], message: string): void {
    this.#failure ??= new CallscribeError(code, message, { retryable: code === 'unavailable' });
    this.#settle();
  }
}
