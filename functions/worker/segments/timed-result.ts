/** One pronounced word on the call's timeline. */
export interface TimedWord {
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly confidence?: number;
  /** Diarization label. */
  readonly speaker?: string;
  /** Will not change any more in later partials; only with stabilization. */
  readonly stable?: boolean;
  /** On a vocabulary filter that tags. */
  readonly vocabularyFilterMatch?: boolean;
}

export interface TimedPunctuation {
  readonly text: string;
  /** Index of the word that it follows. */
  readonly afterWord: number;
  readonly confidence?: number;
}

/** Personal data that was found, or has been redacted. */
export interface TimedEntity {
  readonly text?: string;
  readonly category?: string;
  readonly type?: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly confidence?: number;
}

/** One reading of what was said. */
export interface TimedAlternative {
  readonly text: string;
  readonly words: readonly TimedWord[];
  readonly punctuation?: readonly TimedPunctuation[];
  readonly entities?: readonly TimedEntity[];
}

export interface LanguageScore {
  readonly languageCode: string;
  readonly score: number;
}

/** Characters of the text, the end not included. */
export interface TextRange {
  readonly begin: number;
  readonly end: number;
}

/** A result of one channel on the call's timeline; the first reading, and what belongs to all. */
export interface TimedResult extends TimedAlternative {
  readonly channelIndex: number;
  readonly resultId: string;
  readonly isPartial: boolean;
  readonly startSample: number;
  readonly endSample: number;
  readonly languageCode?: string;
  readonly languageScores?: readonly LanguageScore[];
  /** The other readings, best first. */
  readonly alternatives?: readonly TimedAlternative[];
  /** Of Call Analytics. */
  readonly participantRole?: 'CUSTOMER' | 'AGENT';
  readonly sentiment?: string;
  readonly issues?: readonly TextRange[];
}
