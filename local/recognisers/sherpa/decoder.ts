import { CallscribeError } from '../../../shared/errors';
import type { DecodedWord, Decoder } from '../speech/decoder';
import { DECODER_RATE_HZ } from '../speech/decoder';
import type { SherpaModel } from './model-folder';
import { wordsOfTokens } from './words';

/** What a streaming model holds back until more audio comes. */
const TAIL_SECONDS = 0.5;

/** The part of sherpa-onnx-node that is used (1.13; `streaming-asr.js` there). */
interface SherpaStream {
  acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void;
  inputFinished(): void;
}
interface SherpaRecognizer {
  createStream(): SherpaStream;
  isReady(stream: SherpaStream): boolean;
  decode(stream: SherpaStream): void;
  getResult(stream: SherpaStream): SherpaResult;
}
export interface SherpaResult {
  readonly tokens: readonly string[];
  /** Seconds from the stream's first sample, one for each token. */
  readonly timestamps: readonly number[];
  /** Logarithm of each token's probability; empty for some kinds of model. */
  readonly ys_probs?: readonly number[];
}
export interface SherpaPackage {
  readonly OnlineRecognizer: new (config: object) => SherpaRecognizer;
}

/** @throws CallscribeError `bad-configuration` when the package or the model cannot be loaded. */
export async function openSherpaDecoder(
  model: SherpaModel,
  load: () => Promise<SherpaPackage> = loadPackage,
): Promise<Decoder> {
  const sherpa = await load().catch((cause: unknown) => {
    throw new CallscribeError('bad-configuration', 'sherpa-onnx-node cannot be loaded', { cause });
  });
  return new SherpaDecoder(
    new sherpa.OnlineRecognizer({
      featConfig: { sampleRate: DECODER_RATE_HZ, featureDim: 80 },
      modelConfig: { ...model, numThreads: 1, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
      // The listener finds the utterances; each is a stream of its own.
      enableEndpoint: 0,
    }),
  );
}

class SherpaDecoder implements Decoder {
  #stream: SherpaStream | undefined;

  constructor(private readonly recognizer: SherpaRecognizer) {}

  start(): void {
    this.#stream = this.recognizer.createStream();
  }

  process(samples: Int16Array): void {
    this.#accept(Float32Array.from(samples, (sample) => sample / 32_768));
  }

  end(): void {
    this.#accept(new Float32Array(TAIL_SECONDS * DECODER_RATE_HZ));
    this.#stream?.inputFinished();
    this.#decode();
  }

  words(): DecodedWord[] {
    if (!this.#stream) return [];
    return wordsOfTokens(this.recognizer.getResult(this.#stream));
  }

  close(): void {
    this.#stream = undefined;
  }

  #accept(samples: Float32Array): void {
    this.#stream?.acceptWaveform({ samples, sampleRate: DECODER_RATE_HZ });
    this.#decode();
  }

  #decode(): void {
    while (this.#stream && this.recognizer.isReady(this.#stream)) {
      this.recognizer.decode(this.#stream);
    }
  }
}

async function loadPackage(): Promise<SherpaPackage> {
  // A variable, because the package is the user's to install and no dependency of ours.
  const name: string = 'sherpa-onnx-node';
  const loaded = (await import(name)) as { default: SherpaPackage };
  return loaded.default;
}
