/** Times are sample positions counted from the first sample pushed. */
export interface RecognisedWord {
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * What a recogniser says of one utterance. Any number of partials, then exactly one final. An
 * utterance ends at a pause of 400 ms or after 10 s; a final without words is not reported.
 */
export interface Recognition {
  readonly kind: 'partial' | 'final';
  /** Rises by one per utterance; partials and their final share it. */
  readonly utterance: number;
  readonly startSample: number;
  readonly endSample: number;
  readonly words: readonly RecognisedWord[];
  /** Other readings of a final, the likelier first; absent where a recogniser has but one. */
  readonly alternatives?: readonly (readonly RecognisedWord[])[];
}

export interface RecogniserOptions {
  readonly sampleRateHz: number;
  readonly languageCode: string;
  onRecognition(recognition: Recognition): void;
}

/** Hears one channel of one session. Calls do not overlap: each is awaited before the next. */
export interface Recogniser {
  /** The samples are only valid during the call. A promise is back-pressure. */
  push(samples: Int16Array): void | Promise<void>;
  /** No more samples; reports what is left, then resolves. */
  finish(): void | Promise<void>;
  /** Frees everything, also without `finish`. */
  close(): void;
}

/** One per kind (`tones`, `pocketsphinx`, …), shared by all sessions. */
export interface RecogniserEngine {
  readonly name: string;
  open(options: RecogniserOptions): Promise<Recogniser> | Recogniser;
  close(): Promise<void>;
}
