import type {
  CallAnalyticsEntity,
  CallAnalyticsItem,
  CategoryEvent,
  Entity,
  IssueDetected,
  Item,
  Result,
  Sentiment,
  TranscriptEvent,
  UtteranceEvent,
} from '@aws-sdk/client-transcribe-streaming';

import { rolesOf, type ParticipantRole } from './command-input';
import type { SessionSettings } from './session';

/**
 * One result of a session, times in seconds from its first sample (PROTOCOLS C2). An utterance of
 * Call Analytics is put the same way, with what it has beyond.
 */
export interface SessionResult extends Result {
  readonly ParticipantRole?: ParticipantRole;
  readonly Sentiment?: Sentiment;
  readonly IssuesDetected?: readonly IssueDetected[];
  /** Of a result that has nothing else: categories that the call has come to match. */
  readonly Categories?: CategoryEvent;
}

/** An event of either operation's response stream, as far as it is read. */
export interface SessionEvent {
  readonly TranscriptEvent?: TranscriptEvent;
  readonly UtteranceEvent?: UtteranceEvent;
  readonly CategoryEvent?: CategoryEvent;
}

/** The results that one event of the response stream carries; none for events of another kind. */
export function resultsOf(
  event: SessionEvent,
  settings: Pick<SessionSettings, 'options'>,
): readonly SessionResult[] {
  const { TranscriptEvent, UtteranceEvent, CategoryEvent } = event;
  if (TranscriptEvent !== undefined) return TranscriptEvent.Transcript?.Results ?? [];
  if (UtteranceEvent !== undefined) return [resultOfUtterance(UtteranceEvent, settings)];
  // A session's first event may be one that matches nothing: no sign that anything was heard.
  const isMatch = (CategoryEvent?.MatchedCategories?.length ?? 0) > 0;
  return isMatch ? [{ Categories: CategoryEvent }] : [];
}

/** Who speaks is said by the part in the call, which the options give to a channel. */
function resultOfUtterance(
  utterance: UtteranceEvent,
  { options }: Pick<SessionSettings, 'options'>,
): SessionResult {
  const { ParticipantRole, BeginOffsetMillis, EndOffsetMillis, Transcript } = utterance;
  const isSecond = ParticipantRole !== undefined && rolesOf(options)[1] === ParticipantRole;
  return {
    ResultId: utterance.UtteranceId,
    StartTime: secondsOf(BeginOffsetMillis),
    EndTime: secondsOf(EndOffsetMillis),
    IsPartial: utterance.IsPartial,
    ChannelId: isSecond ? 'ch_1' : 'ch_0',
    LanguageCode: utterance.LanguageCode,
    LanguageIdentification: utterance.LanguageIdentification,
    Alternatives: [
      {
        Transcript,
        Items: utterance.Items?.map(itemOf),
        Entities: utterance.Entities?.map(entityOf),
      },
    ],
    ParticipantRole,
    Sentiment: utterance.Sentiment,
    IssuesDetected: utterance.IssuesDetected,
  };
}

function itemOf({ BeginOffsetMillis, EndOffsetMillis, ...item }: CallAnalyticsItem): Item {
  return {
    ...item,
    StartTime: secondsOf(BeginOffsetMillis),
    EndTime: secondsOf(EndOffsetMillis),
  };
}

function entityOf({ BeginOffsetMillis, EndOffsetMillis, ...entity }: CallAnalyticsEntity): Entity {
  return {
    ...entity,
    StartTime: secondsOf(BeginOffsetMillis),
    EndTime: secondsOf(EndOffsetMillis),
  };
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
