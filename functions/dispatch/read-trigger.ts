import { CHIME_DETAIL_TYPE, CHIME_SOURCE } from '../../shared/chime-events';
import { CONNECT_SOURCE, CONTACT_DETAIL_TYPE } from '../../shared/connect-events';
import { INPUT_DETAIL_TYPES } from '../../shared/events';
import { readChimeStatus } from './chime-status';
import { readContactEvent } from './connect-contact';
import { readConnectFlow } from './connect-flow';
import { readRequested, readStopRequested } from './own-events';
import { badInput } from './read-input';
import type { AllowLists, Trigger } from './trigger';

/** The part of an EventBridge event that is looked at. */
export interface BusEvent {
  readonly 'detail-type': string;
  readonly source?: unknown;
  readonly time?: unknown;
  readonly detail?: unknown;
}

/** Events have an envelope; whatever has none comes straight from a flow, which waits. */
export function isBusEvent(event: unknown): event is BusEvent {
  return (
    typeof event === 'object' &&
    event !== null &&
    'detail-type' in event &&
    typeof event['detail-type'] === 'string'
  );
}

/** Says what an event means. Throws `bad-request`, which names what is wrong with it. */
export function readTrigger(event: unknown, lists: AllowLists, nowMs: number): Trigger {
  if (!isBusEvent(event)) return readConnectFlow(event, lists, nowMs);
  const eventTimeMs = timeOf(event, nowMs);
  switch (event['detail-type']) {
    case INPUT_DETAIL_TYPES.requested:
      return readRequested(event.detail, eventTimeMs);
    case INPUT_DETAIL_TYPES.stopRequested:
      return readStopRequested(event.detail, eventTimeMs);
    case CONTACT_DETAIL_TYPE:
      requireSource(event, CONNECT_SOURCE);
      return readContactEvent(event.detail, eventTimeMs);
    case CHIME_DETAIL_TYPE:
      requireSource(event, CHIME_SOURCE);
      return readChimeStatus(event.detail, lists, eventTimeMs);
    default:
      throw badInput('event', 'its detail-type is none that dispatch is for');
  }
}

/** Nobody but AWS can put an event of such a source on a bus: it proves where the event is from. */
function requireSource({ source }: BusEvent, expected: string): void {
  if (source !== expected) throw badInput('event', `source: it must come from ${expected}`);
}

function timeOf({ time }: BusEvent, nowMs: number): number {
  const timeMs = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(timeMs) ? nowMs : timeMs;
}
