import type { Recognition, RecognisedWord } from '../recogniser';
import type { DecodedWord, Decoder } from './decoder';
import { DECODER_FRAMES_PER_SECOND, DECODER_RATE_HZ } from './decoder';
import { CUT_SEARCH_MS, Endpointer, levelDbfs } from './endpointer';
import { Resampler } from './resampler';

const FRAME_SAMPLES = DECODER_RATE_HZ / DECODER_FRAMES_PER_SECOND;

/** Weak beginnings of words lie below the level that starts an utterance. */
const PRE_ROLL_SAMPLES = 0.25 * DECODER_RATE_HZ;
/** What may be heard again: what follows a cut, or a pre-roll; and a margin. */
const HISTORY_SAMPLES = (CUT_SEARCH_MS / 1000 + 0.5) * DECODER_RATE_HZ;
/** Partials come no faster than this in audio time. */
const PARTIAL_INTERVAL_SAMPLES = 0.15 * DECODER_RATE_HZ;

export interface ListenerOptions {
  /** Rate of what is pushed, and the rate in which times are reported. */
  readonly sampleRateHz: number;
  /** What a rate below 16 kHz leaves of its mirror image; see `ResamplerOptions`. */
  readonly imageGain?: number;
  onRecognition(recognition: Recognition): void;
}

/** Turns one channel's samples into recognitions; all of its work happens inside the calls. */
export class Listener {
  readonly #resampler: Resampler | undefined;
  readonly #endpointer = new Endpointer();
  /** The newest 16 kHz samples, at most HISTORY_SAMPLES and one push. */
  #history = new Int16Array(0);
  /** Position of the first sample of the history. */
  #historyStart = 0;
  /** Position up to which levels were judged. */
  #judged = 0;
  #utterance = 0;
  /** Position of the current utterance's first sample; undefined between utterances. */
  #start: number | undefined;
  /** Position up to which the decoder has heard the current utterance. */
  #decoded = 0;
  #lastPartial = 0;
  #lastText = '';

  constructor(
    private readonly decoder: Decoder,
    private readonly options: ListenerOptions,
  ) {
    const { sampleRateHz: fromHz, imageGain } = options;
    if (fromHz !== DECODER_RATE_HZ) {
      this.#resampler = new Resampler({ fromHz, toHz: DECODER_RATE_HZ, imageGain });
    }
  }

  push(samples: Int16Array): void {
    this.#hear(this.#resampler ? this.#resampler.process(samples) : samples);
  }

  finish(): void {
    if (this.#start !== undefined) this.#end(this.#historyEnd);
  }

  get #historyEnd(): number {
    return this.#historyStart + this.#history.length;
  }

  #hear(samples: Int16Array): void {
    this.#remember(samples);
    while (this.#judged + FRAME_SAMPLES <= this.#historyEnd) {
      const frame = this.#between(this.#judged, this.#judged + FRAME_SAMPLES);
      this.#judged += FRAME_SAMPLES;
      this.#judge(levelDbfs(frame));
    }
    if (this.#start === undefined) return;
    this.#decodeTo(this.#judged);
    this.#reportPartial();
  }

  #judge(levelDb: number): void {
    const event = this.#endpointer.step(levelDb);
    switch (event.kind) {
      case 'none':
        return;
      case 'onset':
        this.#begin(Math.max(this.#historyStart, this.#judged - PRE_ROLL_SAMPLES));
        return;
      case 'pause':
        this.#end(this.#judged);
        return;
      case 'cut': {
        const cut = this.#judged - event.framesBack * FRAME_SAMPLES;
        this.#end(cut);
        this.#begin(cut);
        return;
      }
    }
  }

  #begin(position: number): void {
    this.decoder.start();
    this.#utterance += 1;
    this.#start = position;
    this.#decoded = position;
    this.#lastPartial = position;
    this.#lastText = '';
  }

  /** Words whose middle lies beyond the end belong to the next utterance, which hears them again. */
  #end(position: number): void {
    this.#decodeTo(position);
    this.decoder.end();
    const words = this.#words().filter(
      (word) => word.startSample + word.endSample < 2 * this.#toInput(position),
    );
    this.#report('final', words);
    this.#start = undefined;
  }

  #decodeTo(position: number): void {
    if (position <= this.#decoded) return;
    this.decoder.process(this.#between(this.#decoded, position));
    this.#decoded = position;
  }

  #reportPartial(): void {
    if (this.#decoded - this.#lastPartial < PARTIAL_INTERVAL_SAMPLES) return;
    const words = this.#words();
    const text = words.map((word) => word.text).join(' ');
    if (text === '' || text === this.#lastText) return;
    this.#lastText = text;
    this.#lastPartial = this.#decoded;
    this.#report('partial', words);
  }

  #report(kind: Recognition['kind'], words: readonly RecognisedWord[]): void {
    const [first, last] = [words[0], words.at(-1)];
    if (!first || !last) return;
    const { startSample } = first;
    const { endSample } = last;
    this.options.onRecognition({ kind, utterance: this.#utterance, startSample, endSample, words });
  }

  #words(): RecognisedWord[] {
    const start = this.#start ?? 0;
    return this.decoder.words().map((word) => this.#place(word, start));
  }

  #place({ text, startFrame, endFrame, confidence }: DecodedWord, start: number): RecognisedWord {
    return {
      text,
      startSample: this.#toInput(start + startFrame * FRAME_SAMPLES),
      endSample: this.#toInput(Math.min(this.#decoded, start + endFrame * FRAME_SAMPLES)),
      confidence,
    };
  }

  #toInput(position: number): number {
    return Math.round((position * this.options.sampleRateHz) / DECODER_RATE_HZ);
  }

  #remember(samples: Int16Array): void {
    const kept = this.#history.subarray(Math.max(0, this.#history.length - HISTORY_SAMPLES));
    this.#historyStart += this.#history.length - kept.length;
    const history = new Int16Array(kept.length + samples.length);
    history.set(kept);
    history.set(samples, kept.length);
    this.#history = history;
  }

  #between(from: number, to: number): Int16Array {
    return this.#history.subarray(from - this.#historyStart, to - this.#historyStart);
  }
}
