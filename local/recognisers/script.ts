import type { RecognisedWord, Recogniser, RecogniserEngine, RecogniserOptions } from './recogniser';
import type { ScriptLine } from './script-text';
import { parseScript } from './script-text';

const PARTIAL_MS = 500;
const FINAL_MS = 10_000;
const WORD_MS = 400;
const WORD_GAP_MS = 20;
const CONFIDENCE = 0.95;

const DEFAULT_SCRIPT =
  'thank you for calling how may I help you today I would like to ask about my last order ' +
  'and when it will be delivered';

/**
 * Ignores what the audio holds and speaks a fixed text by the number of samples alone: two
 * partials a second, one final of at most 25 words every 10 s. For benches, where the recogniser's
 * own work must not count, and for results that only words can show. `text` is a script as
 * `parseScript` reads it; after its last line comes the first again.
 */
export function createScriptEngine(text = DEFAULT_SCRIPT): RecogniserEngine {
  const lines = parseScript(text);
  return {
    name: 'script',
    open: (options) => new ScriptRecogniser(options, lines),
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

  constructor(
    private readonly options: RecogniserOptions,
    private readonly lines: readonly ScriptLine[],
  ) {
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

  get #line(): ScriptLine | undefined {
    return this.lines[(this.#utterance - 1) % this.lines.length];
  }

  #speakUntil(atMs: number): void {
    const words = this.#line?.words ?? [];
    for (;;) {
      const text = words[this.#words.length];
      if (text === undefined || this.#startMs(this.#words.length + 1) > atMs) return;
      this.#words.push(this.#word(text, this.#words.length));
    }
  }

  #startMs(index: number): number {
    return (this.#utterance - 1) * FINAL_MS + index * WORD_MS;
  }

  #word(text: string, index: number): RecognisedWord {
    const startMs = this.#startMs(index);
    return {
      text,
      startSample: Math.round(startMs * this.#samplesPerMs),
      endSample: Math.round((startMs + WORD_MS - WORD_GAP_MS) * this.#samplesPerMs),
      confidence: CONFIDENCE,
    };
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
        alternatives: kind === 'final' ? this.#otherReadings(words.length) : undefined,
      });
    }
    if (kind === 'partial') return;
    this.#words = [];
    this.#utterance += 1;
  }

  /** As much of each as of the first reading was said. */
  #otherReadings(count: number): RecognisedWord[][] | undefined {
    const others = this.#line?.others ?? [];
    if (others.length === 0) return undefined;
    return others.map((words) =>
      words.slice(0, count).map((text, index) => this.#word(text, index)),
    );
  }
}
