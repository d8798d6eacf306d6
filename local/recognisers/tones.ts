import type { RecognisedWord, Recogniser, RecogniserEngine, RecogniserOptions } from './recogniser';
import { ToneDetector } from './tones-detector';
import type { DetectedTone } from './tones-detector';
import type { SpectrumTables } from './tones-spectrum';
import { createSpectrumTables, symbolAt } from './tones-spectrum';

const PARTIAL_INTERVAL_MS = 200;
const FINAL_PAUSE_MS = 400;
const MAX_UTTERANCE_MS = 10_000;
const CONFIDENCE = 0.999;

/**
 * Decodes DTMF symbols exactly: each tone of 17.5 ms or more is one word, its edges true to a few
 * samples. It is the oracle of the tests: lost, repeated or shifted audio shows in its words.
 * Results depend on the samples alone, not on how they are pushed. Takes any rate from 8 kHz on.
 */
export function createTonesEngine(): RecogniserEngine {
  const tablesByRate = new Map<number, SpectrumTables>();
  return {
    name: 'tones',
    open(options) {
      const tables = tablesByRate.get(options.sampleRateHz);
      if (tables) return new TonesRecogniser(options, tables);
      const created = createSpectrumTables(options.sampleRateHz);
      tablesByRate.set(options.sampleRateHz, created);
      return new TonesRecogniser(options, created);
    },
    close: () => Promise.resolve(),
  };
}

/** Gathers tones to utterances, all by audio time. An utterance holds at most 10 s of words. */
class TonesRecogniser implements Recogniser {
  readonly #detector: ToneDetector;
  readonly #partialInterval: number;
  readonly #finalPause: number;
  readonly #maxUtterance: number;
  #words: RecognisedWord[] = [];
  #utterance = 1;
  #partialIsDue = false;
  #lastPartialAt = -Infinity;

  constructor(
    private readonly options: RecogniserOptions,
    tables: SpectrumTables,
  ) {
    const samplesPerMs = options.sampleRateHz / 1000;
    this.#partialInterval = PARTIAL_INTERVAL_MS * samplesPerMs;
    this.#finalPause = FINAL_PAUSE_MS * samplesPerMs;
    this.#maxUtterance = MAX_UTTERANCE_MS * samplesPerMs;
    this.#detector = new ToneDetector(
      options.sampleRateHz,
      tables,
      (tone) => this.#onTone(tone),
      () => this.#onHop(),
    );
  }

  push(samples: Int16Array): void {
    this.#detector.push(samples);
  }

  finish(): void {
    this.#detector.finish();
    this.#final();
  }

  close(): void {
    this.#words = [];
  }

  #onTone(tone: DetectedTone): void {
    const first = this.#words[0];
    // A tone that runs across the limit is not cut: it opens the next utterance.
    if (first && tone.endSample - first.startSample > this.#maxUtterance) this.#final();
    this.#words.push({
      text: symbolAt(tone.symbolIndex),
      startSample: tone.startSample,
      endSample: tone.endSample,
      confidence: CONFIDENCE,
    });
    this.#partialIsDue = true;
  }

  #onHop(): void {
    const first = this.#words[0];
    const last = this.#words[this.#words.length - 1];
    if (!first || !last) return;
    const { position, toneIsOpen } = this.#detector;
    if (!toneIsOpen && position - last.endSample >= this.#finalPause) this.#final();
    else if (position - first.startSample >= this.#maxUtterance) this.#final();
    else if (this.#partialIsDue && position - this.#lastPartialAt >= this.#partialInterval) {
      this.#partialIsDue = false;
      this.#lastPartialAt = position;
      this.#report('partial', this.#words.slice());
    }
  }

  #final(): void {
    if (this.#words.length === 0) return;
    this.#report('final', this.#words);
    this.#words = [];
    this.#utterance += 1;
    this.#partialIsDue = false;
  }

  #report(kind: 'partial' | 'final', words: readonly RecognisedWord[]): void {
    this.options.onRecognition({
      kind,
      utterance: this.#utterance,
      startSample: words[0]?.startSample ?? 0,
      endSample: words[words.length - 1]?.endSample ?? 0,
      words,
    });
  }
}
