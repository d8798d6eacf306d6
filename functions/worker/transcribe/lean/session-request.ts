import { commandInput } from '../command-input';
import type { SessionSettings } from '../session';
import { resultsOf, type SessionResult } from '../session-result';
import type { EventMessage } from './event-decoder';
import type { RequestMembers } from './request-headers';

/** What one session asks the service for, and how it reads the answers. */
export interface SessionRequest {
  readonly path: string;
  readonly members: RequestMembers;
  /** Sent as ConfigurationEvent before any audio. */
  readonly configuration?: object;
  /** None for events of a kind that carries no results. Throws on a body that is no JSON. */
  resultsOf(message: EventMessage): readonly SessionResult[];
}

export function sessionRequest(settings: SessionSettings): SessionRequest {
  return {
    path: '/stream-transcription',
    members: commandInput(settings),
    resultsOf: ({ headers, payload }) =>
      headers.get(':event-type') === 'TranscriptEvent'
        ? resultsOf({ TranscriptEvent: JSON.parse(payload.toString()) })
        : [],
  };
}
