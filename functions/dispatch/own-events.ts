import { callRequestSchema } from '../../shared/call';
import { INPUT_DETAIL_TYPES, stopRequestedSchema } from '../../shared/events';
import { readInput, utc } from './read-input';
import type { Trigger } from './trigger';

/** A requester's own ids get it, so that none can join a call of Connect or Chime. */
const REQUESTER_PREFIX = 'req:';

/** `Transcription Requested`: a call request, under an id of the requester. Throws `bad-request`. */
export function readRequested(detail: unknown, eventTimeMs: number): Trigger {
  const { schemaVersion: _version, ...request } = readInput(
    INPUT_DETAIL_TYPES.requested,
    callRequestSchema,
    withPrefix(detail),
  );
  const { attributes = {} } = request;
  const { queueArn, queue: queueName, direction } = attributes;
  const facts = { queueArn, queueName, direction, attributes };
  return { type: 'start', ...request, facts, atMs: eventTimeMs };
}

/** `Transcription Stop Requested`: the id is the one in the log. Throws `bad-request`. */
export function readStopRequested(detail: unknown, eventTimeMs: number): Trigger {
  const { callId, endTime } = readInput(
    INPUT_DETAIL_TYPES.stopRequested,
    stopRequestedSchema,
    detail,
  );
  return { type: 'stop', callId, endTime: utc(endTime ?? new Date(eventTimeMs).toISOString()) };
}

/** An empty id stays empty, to be refused. */
function withPrefix(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null || !('callId' in detail)) return detail;
  const { callId } = detail;
  if (typeof callId !== 'string' || callId === '') return detail;
  if (callId.startsWith(REQUESTER_PREFIX)) return detail;
  return { ...detail, callId: `${REQUESTER_PREFIX}${callId}` };
}
