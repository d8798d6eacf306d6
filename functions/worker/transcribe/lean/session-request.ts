import {
  callAnalyticsInput,
  commandInput,
  configurationOf,
  isCallAnalytics,
} from '../command-input';
import type { SessionSettings } from '../session';
import { resultsOf, type SessionEvent, type SessionResult } from '../session-result';
import type { EventMessage } from './event-decoder';
import type { RequestMembers } from './request-headers';

/** Events that carry results, of both operations. */
const EVENT_TYPES = new Set(['TranscriptEvent', 'UtteranceEvent', 'CategoryEvent']);

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
  const isAnalytics = isCallAnalytics(settings);
  return {
    ...(isAnalytics
      ? {
          path: '/call-analytics-stream-transcription',
          members: callAnalyticsInput(settings),
          configuration: configurationOf(settings),
        }
      : { path: '/stream-transcription', members: commandInput(settings) }),
    resultsOf: ({ headers, payload }) => {
      const type = headers.get(':event-type') ?? '';
      if (!EVENT_TYPES.has(type)) return [];
      return resultsOf({ [type]: JSON.parse(payload.toString()) } as SessionEvent, settings);
    },
  };
}
