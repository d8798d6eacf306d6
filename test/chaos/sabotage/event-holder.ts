import { parseBody } from '../../../local/system/aws-json';
import type { AwsJsonCall } from '../../../local/system/aws-json';
import { DETAIL_TYPES } from '../../../shared/events';
import type { TapReply } from '../run/tap';
import { isChosen } from './rewrite';

interface Entry {
  readonly DetailType: string;
  readonly Detail: string;
}

/** Long enough for the request that overtakes to be through. */
const RELEASE_MS = 150;

/**
 * Says that it took an event, keeps it, and sends it on after the next one of its call: what a
 * pipeline does that has two events of a call in flight.
 */
export function createEventHolder(
  upstream: string,
): (call: AwsJsonCall) => Promise<AwsJsonCall | TapReply> {
  const held = new Map<string, AwsJsonCall>();
  return (call) => {
    const body = parseBody(call.body) as { Entries?: Entry[] } | undefined;
    const entries = body?.Entries ?? [];
    const details = entries.map(
      ({ Detail }) => JSON.parse(Detail) as { callId: string; eventId: string },
    );
    for (const { callId } of details) {
      const kept = held.get(callId);
      held.delete(callId);
      if (kept !== undefined) setTimeout(() => void send(upstream, kept), RELEASE_MS);
    }
    const [only] = details;
    const isSegment = entries[0]?.DetailType === DETAIL_TYPES.segment;
    if (details.length !== 1 || only === undefined || !isSegment || !isChosen(only.eventId)) {
      return Promise.resolve(call);
    }
    held.set(only.callId, call);
    const Entries = [{ EventId: '00000000-0000-0000-0000-000000000000' }];
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(JSON.stringify({ FailedEntryCount: 0, Entries })),
    });
  };
}

async function send(upstream: string, { body }: AwsJsonCall): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.PutEvents',
  };
  // The stand-in may be gone at the end of a run: then the event is missing, which shows too.
  await fetch(upstream, { method: 'POST', headers, body: new Uint8Array(body) }).catch(
    () => undefined,
  );
}
