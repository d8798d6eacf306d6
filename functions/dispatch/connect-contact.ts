import { contactEventSchema } from '../../shared/connect-events';
import { directionOf } from './connect-flow';
import { readInput, textAttributes, utc, withKnownNames } from './read-input';
import type { Trigger } from './trigger';

/** Amazon's samples spell these with capitals here and there (PROTOCOLS B). */
const NAMES = [
  'eventType',
  'contactId',
  'initialContactId',
  'channel',
  'initiationMethod',
  'disconnectTimestamp',
  'queueInfo',
  'queueArn',
  'agentInfo',
  'agentArn',
];

/**
 * Reads a contact event: DISCONNECTED ends the call, others tell who answers it. They come for
 * every contact of the instance, transcribed or not. Throws `bad-request`.
 */
export function readContactEvent(detail: unknown, eventTimeMs: number): Trigger {
  const contact = readInput(
    'Amazon Connect contact event',
    contactEventSchema,
    withKnownNames(detail, NAMES),
  );
  const { contactId: callId, eventType, channel, disconnectTimestamp } = contact;
  if (channel && channel.toUpperCase() !== 'VOICE') {
    return { type: 'ignored', callId, reason: 'the contact is no phone call' };
  }
  if (eventType.toUpperCase() === 'DISCONNECTED') {
    const endTime = disconnectTimestamp
      ? utc(disconnectTimestamp)
      : new Date(eventTimeMs).toISOString();
    return { type: 'stop', callId, endTime };
  }
  const attributes = textAttributes({
    initialContactId: contact.initialContactId,
    queueArn: contact.queueInfo?.queueArn,
    agent: contact.agentInfo?.agentArn,
    direction: directionOf(contact.initiationMethod),
  });
  return { type: 'attributes', callId, attributes };
}
