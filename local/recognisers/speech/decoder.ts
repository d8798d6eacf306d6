/** What acoustic models for wide-band speech are trained on. */
export const DECODER_RATE_HZ = 16_000;
/** Decoders count time in these. */
export const DECODER_FRAMES_PER_SECOND = 100;

/** Times in frames from the utterance's first sample. */
export interface DecodedWord {
  readonly text: string;
  readonly startFrame: number;
  /** Exclusive. */
  readonly endFrame: number;
  /** Posterior probability; 0 where it is not known, as it may be until the utterance has ended. */
  readonly confidence: number;
}

/** One utterance at a time: `start`, any number of `process`, `end`; `words` after any of them. */
export interface Decoder {
  start(): void;
  /** 16 kHz samples. Blocks for as long as the search takes. */
  process(samples: Int16Array): void;
  end(): void;
  words(): DecodedWord[];
  close(): void;
}
