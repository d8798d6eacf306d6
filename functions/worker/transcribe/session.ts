import { CallscribeError } from '../../../shared/errors';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';
import type { SessionResult } from './session-result';

export interface SessionSettings {
  readonly sampleRateHz: number;
  readonly channelCount: 1 | 2;
  /** For options that name no way to the language. */
  readonly language: string;
  readonly options: TranscribeOptions;
  /** Which session of the call it is, from 1; 1 when absent. */
  readonly ordinal?: number;
  /** False: partial results are not wanted. An empty batch then tells that there were some. */
  readonly partials?: boolean;
}

/** One Transcribe stream: 16-bit little-endian PCM in, results out. */
export interface TranscribeSession {
  /**
   * Queues one chunk (at most one second of audio; not changed afterwards by the caller) and
   * resolves when the next may come; undefined when that may come at once, as when the session
   * is over.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** True when the service has accepted the session, false when it ended before; never rejects. */
  readonly accepted: Promise<boolean>;
  /** No more audio: the end frame follows what is queued. */
  end(): void;
  /** Lets go of the connection; `results` ends with an error unless it was over. */
  abort(): void;
  /**
   * Results relative to the session's first sample. Ends normally only when the end frame was
   * sent and the service then closed; every other ending throws a CallscribeError (C6).
   */
  readonly results: AsyncIterable<readonly SessionResult[]>;
}

export type OpenSession = (settings: SessionSettings) => TranscribeSession;

/** How a session ends that we gave up ourselves, because of a deadline or an abort. */
export function letGo(cause?: unknown): CallscribeError {
  return new CallscribeError('session-failed', 'the session did not answer in time or was let go', {
    cause,
    retryable: true,
  });
}
