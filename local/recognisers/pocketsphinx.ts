import { join } from 'node:path';

import { CallscribeError } from '../../shared/errors';
import { projectRoot } from '../system/project-root';
import type { DecoderProcess } from './pocketsphinx/decoder-process';
import { startDecoderProcess } from './pocketsphinx/decoder-process';
import type { PreparedModels } from './pocketsphinx/models';
import { prepareModels } from './pocketsphinx/models';
import { ProcessRecogniser } from './pocketsphinx/process-recogniser';
import type { Recogniser, RecogniserEngine, RecogniserOptions } from './recogniser';

/** Each decoder takes about 100 MB. Two calls that both roll over need this many. */
const MOST_DECODERS = 8;
/** Telephone and studio rates that the resampler was tried with. */
const LEAST_RATE_HZ = 8_000;
const MOST_RATE_HZ = 48_000;

export interface PocketsphinxOptions {
  /** Bundle of `pocketsphinx/process.ts`; default: where the build puts it. */
  readonly processPath?: string;
  /** What may be said, one sentence a line; without it the stock English model is used. */
  readonly languageModelText?: string;
  /** Folder of `en-us/`, `en-us.lm.bin` and `cmudict-en-us.dict`; default: Debian's. */
  readonly modelFolder?: string;
  readonly mostDecoders?: number;
  readonly startProcess?: (path: string) => DecoderProcess;
}

/** Where the build puts the decoder process. */
export function builtDecoderProcess(): string {
  return join(projectRoot(), 'dist/recognisers/pocketsphinx-process.mjs');
}

/**
 * PocketSphinx with Debian's US English models. Every recogniser is a process of its own.
 *
 * @throws CallscribeError `bad-configuration` naming what to install, or the words of the language
 *   model text that have no pronunciation.
 */
export async function createPocketsphinxEngine(
  options: PocketsphinxOptions = {},
): Promise<RecogniserEngine> {
  return new PocketsphinxEngine(
    options,
    await prepareModels(options.languageModelText, options.modelFolder),
  );
}

class PocketsphinxEngine implements RecogniserEngine {
  readonly name = 'pocketsphinx';
  readonly #decoders = new Set<DecoderProcess>();

  constructor(
    private readonly options: PocketsphinxOptions,
    private readonly models: PreparedModels,
  ) {}

  /** Rejects with `quota-exceeded` when as many decoders run as may. */
  async open(options: RecogniserOptions): Promise<Recogniser> {
    this.#check(options);
    const { processPath = builtDecoderProcess(), startProcess = startDecoderProcess } =
      this.options;
    const decoder = startProcess(processPath);
    this.#decoders.add(decoder);
    decoder.onEnd(() => this.#decoders.delete(decoder));
    try {
      return await ProcessRecogniser.open(decoder, { ...options, files: this.models.files });
    } catch (reason) {
      decoder.kill();
      throw reason;
    }
  }

  async close(): Promise<void> {
    for (const decoder of this.#decoders) decoder.kill();
    await this.models.remove();
  }

  #check({ languageCode, sampleRateHz }: RecogniserOptions): void {
    const { mostDecoders = MOST_DECODERS } = this.options;
    if (this.#decoders.size >= mostDecoders) {
      throw new CallscribeError(
        'quota-exceeded',
        `${mostDecoders} pocketsphinx decoders run already`,
        {
          retryable: true,
        },
      );
    }
    if (!languageCode.startsWith('en-')) {
      throw new CallscribeError(
        'bad-request',
        'the recogniser pocketsphinx understands English only',
      );
    }
    if (sampleRateHz < LEAST_RATE_HZ || sampleRateHz > MOST_RATE_HZ) {
      throw new CallscribeError(
        'bad-request',
        `the recogniser pocketsphinx takes ${LEAST_RATE_HZ} to ${MOST_RATE_HZ} samples a second`,
      );
    }
  }
}
