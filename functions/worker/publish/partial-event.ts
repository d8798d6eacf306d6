import type { PartialSegment } from '../../../shared/events';
import { DETAIL_TYPES, EVENT_SOURCE } from '../../../shared/events';
import type { CallEvent } from '../../../shared/record';

/** The event of a partial result; `n` counts the call's partials. It never enters the log. */
export function partialEvent(callId: string, partial: PartialSegment, n: number): CallEvent {
  return {
    source: EVENT_SOURCE,
    detailType: DETAIL_TYPES.partial,
    detail: {
      schemaVersion: 1,
      eventId: `${callId}#${partial.resultId}#${n}`,
      callId,
      seq: null,
      previousSeq: null,
      ...partial,
    },
  };
}
