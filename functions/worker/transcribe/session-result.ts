import type { Result, TranscriptResultStream } from '@aws-sdk/client-transcribe-streaming';

/** One result of a session, times in seconds from its first sample (PROTOCOLS C2). */
export type SessionResult = Result;

/** The results that one event of the response stream carries; none for events of another kind. */
export function resultsOf(event: TranscriptResultStream): readonly SessionResult[] {
  return event.TranscriptEvent?.Transcript?.Results ?? [];
}
