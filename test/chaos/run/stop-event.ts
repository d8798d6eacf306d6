import { EVENT_BUS_NAME } from '../../../local/system/system-env';
import { INPUT_DETAIL_TYPES } from '../../../shared/events';

/** Puts a call's end on the bus, as whoever hosts the call does. Throws when the bus refuses it. */
export async function sendStopEvent(
  eventBridgeUrl: string,
  callId: string,
  endTimeMs: number,
): Promise<void> {
  const detail = { schemaVersion: 1, callId, endTime: new Date(endTimeMs).toISOString() };
  const response = await fetch(eventBridgeUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    },
    body: JSON.stringify({
      Entries: [
        {
          Source: 'callscribe.chaos',
          DetailType: INPUT_DETAIL_TYPES.stopRequested,
          Detail: JSON.stringify(detail),
          EventBusName: EVENT_BUS_NAME,
        },
      ],
    }),
  });
  const { FailedEntryCount = 1 } = (await response.json()) as { FailedEntryCount?: number };
  if (FailedEntryCount > 0) throw new Error('the bus did not take the end of a call');
}
