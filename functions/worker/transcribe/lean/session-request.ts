import {
  callAnalyticsInput,
  commandInput,
  configurationOf,
  isCallAnalytics,
} from '../command-input';
import type { SessionSettings } from '../session';
import { resultsOf, type SessionEvent, type SessionResult } from '../session-result';
import { wantedOf } from '../wanted-results';
import type { EventMessage } from './event-decoder';
import type { RequestMembers } from './request-headers';

/** Events that carry results, of both operations. */
const EVENT_TYPES = new Set(['TranscriptEvent', 'UtteranceEvent', 'CategoryEvent']);

/**
 * As the service writes it; nothing that was said can look so, its quotes being escaped. Without
 * the quote before it, of which a body is full: the search stops at each first letter.
 */
const IS_PARTIAL = Buffer.from('IsPartial":');
const QUOTE = '"'.charCodeAt(0);
const FIRST_OF_TRUE = 't'.charCodeAt(0);
const ONLY_PARTIALS: readonly SessionResult[] = [];

/** What one session asks the service for, and how it reads the answers. */
export interface SessionRequest {
  readonly path: string;
  readonly members: RequestMembers;
  /** Sent as ConfigurationEvent before any audio. */
  readonly configuration?: object;
  /**
   * Undefined for events without results; no results in place of partial ones that are not wanted.
   * Throws on a body that is no JSON.
   */
  resultsOf(message: EventMessage): readonly SessionResult[] | undefined;
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
      if (!EVENT_TYPES.has(type)) return undefined;
      // Most events by far: to read them through would cost more than to send the audio.
      const isUnwanted = settings.partials === false && hasOnlyPartials(payload);
      if (isUnwanted) return ONLY_PARTIALS;
      const event = { [type]: JSON.parse(payload.toString()) } as SessionEvent;
      return wantedOf(resultsOf(event, settings), settings);
    },
  };
}

/** A body that is spaced otherwise is read in full. */
function hasOnlyPartials(payload: Buffer): boolean {
  let at = payload.indexOf(IS_PARTIAL);
  if (at < 0) return false;
  for (; at >= 0; at = payload.indexOf(IS_PARTIAL, at)) {
    // A member whose name ends so.
    if (payload[at - 1] !== QUOTE) return false;
    at += IS_PARTIAL.length;
    if (payload[at] !== FIRST_OF_TRUE) return false;
  }
  return true;
}
