import { CHANNELS, CONNECT_TRACKS } from '../../shared/call';
import type { Attributes, Leg } from '../../shared/call';
import { connectFlowEventSchema } from '../../shared/connect-events';
import type { ConnectFlowEvent } from '../../shared/connect-events';
import { optionsFrom } from './flow-options';
import { badInput, readInput, textAttributes } from './read-input';
import type { AllowLists, CallFacts, Trigger } from './trigger';

const WHAT = 'Amazon Connect flow event';
const GUARD_TAG = 'ContactId';

/** A flow asks for its contact to be transcribed. Throws `bad-request`. */
export function readConnectFlow(event: unknown, lists: AllowLists, nowMs: number): Trigger {
  const { ContactData: contact, Parameters: parameters } = readInput(
    WHAT,
    connectFlowEventSchema,
    event,
  ).Details;
  const callId = contact.ContactId;
  if (contact.Channel.toUpperCase() !== 'VOICE') {
    return { type: 'ignored', callId, reason: 'the contact is no phone call' };
  }
  const audio = contact.MediaStreams?.Customer?.Audio;
  if (!audio) {
    throw badInput(
      WHAT,
      'the contact has no media stream; put "Start media streaming" before this block of the flow',
    );
  }
  const given = { ...contact.Attributes, ...parameters };
  return {
    type: 'start',
    callId,
    legs: legsOf(audio),
    guard: { tag: GUARD_TAG, value: callId },
    options: optionsFrom(given),
    facts: factsOf(contact, given),
    attributes: attributesOf(contact, given, lists),
    endTime: endTimeOf(audio),
    atMs: nowMs,
  };
}

/** Amazon's names for how a contact began, as far as they tell who called whom. */
export function directionOf(initiationMethod: string | null | undefined): string | undefined {
  switch (initiationMethod?.toUpperCase()) {
    case 'INBOUND':
      return 'inbound';
    case 'OUTBOUND':
    case 'EXTERNAL_OUTBOUND':
    case 'CALLBACK':
      return 'outbound';
    default:
      return undefined;
  }
}

type Contact = ConnectFlowEvent['Details']['ContactData'];
type Audio = NonNullable<NonNullable<NonNullable<Contact['MediaStreams']>['Customer']>['Audio']>;

function legsOf(audio: Audio): Leg[] {
  const { StreamARN: streamArn, StartFragmentNumber, StartTimestamp } = audio;
  return CHANNELS.map((channel) => ({
    channel,
    streamArn,
    track: CONNECT_TRACKS[channel],
    ...(StartFragmentNumber ? { startFragmentNumber: StartFragmentNumber } : {}),
    ...(StartTimestamp ? { startTime: isoOf(StartTimestamp) } : {}),
  }));
}

/** A stop before the start is that of an earlier stretch of the same contact. */
function endTimeOf({ StartTimestamp, StopTimestamp }: Audio): string | undefined {
  if (!StopTimestamp || Number(StopTimestamp) <= Number(StartTimestamp ?? 0)) return undefined;
  return isoOf(StopTimestamp);
}

function factsOf(contact: Contact, attributes: Readonly<Record<string, string>>): CallFacts {
  return {
    queueArn: contact.Queue?.ARN ?? undefined,
    queueName: contact.Queue?.Name ?? undefined,
    number: contact.SystemEndpoint?.Address ?? undefined,
    direction: directionOf(contact.InitiationMethod),
    attributes,
  };
}

function attributesOf(
  contact: Contact,
  given: Readonly<Record<string, string>>,
  { contactAttributes }: AllowLists,
): Attributes {
  const allowed = contactAttributes.filter((name) => Object.hasOwn(given, name));
  return textAttributes({
    ...Object.fromEntries(allowed.map((name) => [name, given[name]])),
    initialContactId: contact.InitialContactId,
    queue: contact.Queue?.Name,
    queueArn: contact.Queue?.ARN,
    direction: directionOf(contact.InitiationMethod),
  });
}

function isoOf(epochMs: string): string {
  return new Date(Number(epochMs)).toISOString();
}
