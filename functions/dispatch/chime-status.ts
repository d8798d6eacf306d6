import type { Channel } from '../../shared/call';
import { chimeStatusSchema } from '../../shared/chime-events';
import type { ChimeLegStatus } from '../../shared/chime-events';
import { readInput, textAttributes, utc } from './read-input';
import type { AllowLists, CallFacts, LegTrigger, Trigger } from './trigger';

const GUARD_TAG = 'TransactionId';

/**
 * Reads a Voice Connector's event. ENDED names its leg as fully as STARTED does, so that a leg
 * whose STARTED never came is transcribed all the same. Throws `bad-request`.
 */
export function readChimeStatus(detail: unknown, lists: AllowLists, eventTimeMs: number): Trigger {
  const status = readInput('Chime streaming status', chimeStatusSchema, detail);
  const { transactionId: callId } = status;
  const eventTime = new Date(eventTimeMs).toISOString();
  switch (status.streamingStatus) {
    case 'STARTED':
      return legTrigger(status, lists);
    case 'ENDED':
      return { ...legTrigger(status, lists), endTime: utc(status.endTime ?? eventTime) };
    case 'UPDATED':
      return {
        type: 'attributes',
        callId,
        attributes: textAttributes({
          direction: status.direction?.toLowerCase(),
          ...headerAttributes(status.updateHeaders, lists),
        }),
      };
    case 'FAILED':
      return { type: 'leg-failed', callId, failTime: utc(status.failTime ?? eventTime) };
  }
}

function legTrigger(status: ChimeLegStatus, lists: AllowLists): LegTrigger {
  const { transactionId, streamArn, startFragmentNumber, startTime, isCaller } = status;
  return {
    type: 'leg',
    callId: transactionId,
    leg: {
      streamArn,
      ...(startFragmentNumber ? { startFragmentNumber } : {}),
      ...(startTime ? { startTime: utc(startTime) } : {}),
    },
    ...(typeof isCaller === 'boolean' ? { channel: isCaller ? 'caller' : 'agent' } : {}),
    guess: likelyChannel(status),
    facts: factsOf(status),
    guard: { tag: GUARD_TAG, value: transactionId },
    attributes: textAttributes({
      direction: status.direction?.toLowerCase(),
      ...headerAttributes(status.inviteHeaders, lists),
    }),
  };
}

/** Both legs of a call tell the same. */
function factsOf({ direction, fromNumber, toNumber, inviteHeaders }: ChimeLegStatus): CallFacts {
  const isOutbound = direction?.toLowerCase() === 'outbound';
  return {
    direction: direction?.toLowerCase(),
    number: (isOutbound ? fromNumber : toNumber) ?? undefined,
    attributes: textAttributes(sipAttributes(Object.entries(inviteHeaders ?? {}))),
  };
}

/** Both events of a call must guess apart in whichever order they come: by the media line. */
function likelyChannel({ sdp }: ChimeLegStatus): Channel {
  const index = sdp?.mediaIndex;
  return index === null || index === undefined || Number(index) === 0 ? 'caller' : 'agent';
}

function headerAttributes(
  headers: Readonly<Record<string, unknown>> | null | undefined,
  { sipHeaders }: AllowLists,
): Record<string, unknown> {
  const allowed = new Set(sipHeaders.map((name) => name.toLowerCase()));
  const entries = Object.entries(headers ?? {}).filter(([name]) => allowed.has(name.toLowerCase()));
  return sipAttributes(entries);
}

function sipAttributes(entries: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, value]) => [`sip.${name.toLowerCase()}`, value]));
}
