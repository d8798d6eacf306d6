import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { z } from 'zod';

import { CallscribeError } from '../../shared/errors';
import { INPUT_DETAIL_TYPES, type stopRequestedSchema } from '../../shared/events';

const SOURCE = 'callscribe.cli';
/** PutEvents may fail single entries (PROTOCOLS E); without the event a call ends by its idle limit. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

/** Says that a call's audio ends at `endTimeMs` (producer time). Throws `unavailable`. */
export async function sendEndEvent(
  eventBridge: Pick<EventBridge, 'putEvents'>,
  eventBusName: string,
  callId: string,
  endTimeMs: number,
  sleep: (ms: number) => Promise<void> = pause,
): Promise<void> {
  const detail: z.infer<typeof stopRequestedSchema> = {
    schemaVersion: 1,
    callId,
    endTime: new Date(endTimeMs).toISOString(),
  };
  const entry = {
    Source: SOURCE,
    DetailType: INPUT_DETAIL_TYPES.stopRequested,
    Detail: JSON.stringify(detail),
    EventBusName: eventBusName,
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const { FailedEntryCount } = await eventBridge.putEvents({ Entries: [entry] });
    if ((FailedEntryCount ?? 0) === 0) return;
  }
  throw new CallscribeError(
    'unavailable',
    `EventBridge did not take the end event of call ${callId}; it ends when its audio has been ` +
      'missing for the idle limit',
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
