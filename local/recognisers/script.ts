import type { RecognisedWord, Recogniser, RecogniserEngine, RecogniserOptions } from './recogniser';

const PARTIAL_MS = 500;
const FINAL_MS = 10_000;
const WORD_MS = 400;
const WORD_GAP_MS = 20;
const CONFIDENCE = 0.95;

const SCRIPT = (
  'thank you for calling how may I help you today I would like to ask about my last order ' +
  'and when it will be delivered'
).split(' ');

/**
 * Ignores what the audio holds and speaks a fixed text by the number of samples alone: two
 * partials a second, one final of 25 words every 10 s. For benches, where the recogniser's own
 * work must not count.
 */
export function createScriptEngine(): RecogniserEngine {
  return {
    name: 'script',
    open: (options) => new ScriptRecogniser(options),
    close: () => Promise.resolve(),
  };
}

class ScriptRecogniser implements Recogniser {
  readonly #samplesPerMs: number;
  #position = 0;
  #reportedPartials = 0;
  #utterance = 1;
  /** Words of the running utterance; each is made once and shared by all its partials. */
  #words: RecognisedWord[] = [];

  constructor(private readonly options: RecogniserOptions) {
    this.#samplesPerMs = options.sampleRateHz / 1000;
  }

  push(samples: Int16Array): void {
    this.#position += samples.length;
    const partialSamples = PARTIAL_MS * this.#samplesPerMs;
    while (this.#position >= (this.#reportedPartials + 1) * partialSamples) {
      this.#reportedPartials += 1;
      const atMs = this.#reportedPartials * PARTIAL_MS;
      this.#speakUntil(atMs);
      this.#report(atMs % FINAL_MS === 0 ? 'final' : 'partial');
    }
  }

  finish(): void {
    this.#speakUntil(Math.floor(this.#position / this.#samplesPerMs));
    this.#report('final');
  }

  close(): void {
    this.#words = [];
  }

  #speakUntil(atMs: number): void {
    const utteranceStartMs = (this.#utterance - 1) * FINAL_MS;
    for (;;) {
      const startMs = utteranceStartMs + this.#words.length * WORD_MS;
      const text = SCRIPT[this.#words.length];
      if (text === undefined || startMs + WORD_MS > atMs) return;
      this.#words.push({
        text,
        startSample: Math.round(startMs * this.#samplesPerMs),
        endSample: Math.round((startMs + WORD_MS - WORD_GAP_MS) * this.#samplesPerMs),
        confidence: CONFIDENCE,
      });
    }
  }

  #report(kind: 'partial' | 'final'): void {
    const words = this.#words;
    const first = words[0];
    const last = words[words.length - 1];
    if (first && last) {
      this.options.onRecognition({
        kind,
        utterance: this.#utterance,
        startSample: first.startSample,
        endSample: last.endSample,
        words: kind === 'final' ? words : words.slice(),
      });
    }
    if (kind === 'partial') return;
    this.#words = [];
    this.#utterance += 1;
  }
}
