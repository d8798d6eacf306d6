import { existsSync } from 'node:fs';

import { CallscribeError } from '../../../shared/errors';
import type { Recogniser, RecogniserEngine, RecogniserOptions } from '../recogniser';
import type { DecoderProcess } from './decoder-process';
import { startDecoderProcess } from './decoder-process';
import { ProcessRecogniser } from './process-recogniser';

/** A decoder takes some 100 MB or more. Two calls of two channels that roll over need this many. */
const MOST_DECODERS = 8;
/** The rates that Amazon Transcribe takes (PROTOCOLS C1). */
const LEAST_RATE_HZ = 8_000;
const MOST_RATE_HZ = 48_000;

const NOBODY: RecogniserOptions = {
  sampleRateHz: LEAST_RATE_HZ,
  languageCode: '',
  onRecognition: () => undefined,
};

export interface ProcessEngineOptions<Models> {
  readonly name: string;
  /** Bundle of the decoder's process. */
  readonly processPath: string;
  readonly models: Models;
  /** What to look at when the process does not start: the end of a sentence. */
  readonly advice: string;
  /** Language codes must begin with this; absent: whatever the model understands. */
  readonly language?: string;
  readonly mostDecoders?: number;
  readonly startProcess?: (path: string) => DecoderProcess;
  /** Frees what the models took; called once, by `close`. */
  removeModels?(): Promise<void>;
}

/** An engine whose every recogniser has a process of its own. */
export class ProcessEngine<Models> implements RecogniserEngine {
  readonly name: string;
  readonly #running = new Set<DecoderProcess>();

  constructor(private readonly options: ProcessEngineOptions<Models>) {
    this.name = options.name;
  }

  /**
   * Rejects with `quota-exceeded` when as many decoders run as may, with `bad-request` for audio
   * that it cannot take, else as the decoder does.
   */
  async open(options: RecogniserOptions): Promise<Recogniser> {
    this.#check(options);
    return this.#start(options);
  }

  /**
   * Opens a decoder and closes it again: whether library and models can be loaded shows only then,
   * and better now than in a call.
   */
  async tryOut(): Promise<this> {
    const { name, advice, processPath } = this.options;
    try {
      if (!existsSync(processPath)) {
        const message = `there is no ${processPath}; \`npm run build\` makes it`;
        throw new CallscribeError('bad-configuration', message);
      }
      (await this.#start(NOBODY)).close();
      return this;
    } catch (reason) {
      await this.close();
      if (!(reason instanceof CallscribeError) || reason.code !== 'unavailable') throw reason;
      const message = `the recogniser ${name} does not start (${reason.message}): ${advice}`;
      throw new CallscribeError('bad-configuration', message, { cause: reason });
    }
  }

  async close(): Promise<void> {
    for (const decoder of this.#running) decoder.kill();
    await this.options.removeModels?.();
  }

  async #start(options: RecogniserOptions): Promise<Recogniser> {
    const { models, processPath, startProcess = startDecoderProcess } = this.options;
    const decoder = startProcess(processPath);
    this.#running.add(decoder);
    decoder.onEnd(() => this.#running.delete(decoder));
    try {
      return await ProcessRecogniser.open(decoder, models, { ...options, name: this.name });
    } catch (reason) {
      decoder.kill();
      throw reason;
    }
  }

  #check({ languageCode, sampleRateHz }: RecogniserOptions): void {
    const { name, language = '', mostDecoders = MOST_DECODERS } = this.options;
    if (this.#running.size >= mostDecoders) {
      const message = `${mostDecoders} decoders of the recogniser ${name} run already`;
      throw new CallscribeError('quota-exceeded', message, { retryable: true });
    }
    if (!languageCode.startsWith(language)) {
      const message = `the recogniser ${name} does not understand ${languageCode}`;
      throw new CallscribeError('bad-request', message);
    }
    if (sampleRateHz < LEAST_RATE_HZ || sampleRateHz > MOST_RATE_HZ) {
      const message = `the recogniser ${name} takes ${LEAST_RATE_HZ} to ${MOST_RATE_HZ} Hz`;
      throw new CallscribeError('bad-request', message);
    }
  }
}
