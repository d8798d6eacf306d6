import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { z } from 'zod';

import { CallscribeError } from '../../shared/errors';
import { INPUT_DETAIL_TYPES, type stopRequestedSchema } from '../../shared/events';
import { persist } from './persist';

const SOURCE = 'callscribe.cli';

/**
 * Says that a call's audio ends at `endTimeMs` (producer time). Insists: without the event the
 * call is waited for until its idle limit.
 */
export async function sendEndEvent(
  eventBridge: Pick<EventBridge, 'putEvents'>,
  eventBusName: string,
  callId: string,
  endTimeMs: number,
  sleep?: (ms: number) => Promise<void>,
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
  await persist(async () => {
    // HTTP 200 may hide a failed entry (PROTOCOLS E).
    const { FailedEntryCount } = await eventBridge.putEvents({ Entries: [entry] });
    if ((FailedEntryCount ?? 0) === 0) return;
    throw new CallscribeError('unavailable', 'EventBridge did not take the end event of the call');
  }, sleep);
}
