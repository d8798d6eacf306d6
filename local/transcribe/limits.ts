/** What Amazon Transcribe bounds (PROTOCOLS C4, D); a test may set each of them. */
export interface TranscribeLimits {
  /** Longest AudioChunk, as audio time. */
  readonly maxChunkMs: number;
  /** Without new audio for this long the session ends. */
  readonly idleMs: number;
  /** Longest session, as audio time. */
  readonly maxSessionMs: number;
  readonly concurrentStreams: number;
  readonly startsPerSecond: number;
}

export const DEFAULT_LIMITS: TranscribeLimits = {
  maxChunkMs: 1000,
  idleMs: 15_000,
  maxSessionMs: 4 * 60 * 60_000,
  concurrentStreams: 25,
  startsPerSecond: 25,
};

/** Shortest time that a request is billed for (PROTOCOLS C4). */
export const MIN_BILLED_SECONDS = 15;
