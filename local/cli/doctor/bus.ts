import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';

import { EVENT_SOURCE } from '../../../shared/events';
import { explain } from '../../../shared/errors/explain';
import { failedBy, ok, skipped, type Result } from './finding';
import type { Patient } from './patient';

/** EventBridge lets the request in, then refuses the entry: nobody receives anything. */
const NOT_JSON = 'callscribe doctor';
const REFUSED_AS_MEANT = 'MalformedDetail';

export async function checkBus(patient: Patient, signal: AbortSignal): Promise<Result> {
  const EventBusName = patient.env.EVENT_BUS_NAME;
  if (!EventBusName) return skipped('EVENT_BUS_NAME is not set');
  const client = new EventBridgeClient(patient.settings('event-bridge'));
  try {
    const isThere = await exists(client, EventBusName, signal);
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: [{ EventBusName, Source: EVENT_SOURCE, DetailType: 'Doctor', Detail: NOT_JSON }],
      }),
      { abortSignal: signal },
    );
    const code = Entries[0]?.ErrorCode;
    if (code !== undefined && code !== REFUSED_AS_MEANT) {
      return failedBy({ name: code }, 'event-bridge');
    }
    const unsure = isThere ? '' : '; whether it exists is not ours to know';
    return ok(`lets events in${unsure}`);
  } finally {
    client.destroy();
  }
}

/** False where it may not be asked for, which the worker does not need. */
async function exists(
  client: EventBridgeClient,
  Name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.send(new DescribeEventBusCommand({ Name }), { abortSignal: signal });
    return true;
  } catch (reason) {
    if (explain(reason, 'event-bridge').failure === 'no-permission') return false;
    throw reason;
  }
}
