import { appendFileSync } from 'node:fs';

import * as real from '../../functions/worker/clients';
import { recordCalls, type RecordedCall } from './recorded-calls';

/**
 * Takes the place of functions/worker/clients in a worker that is bundled for a test: each new
 * kind of call is appended to the file that RECORDED_CALLS names, as a line of JSON.
 */
export function createClients(...args: Parameters<typeof real.createClients>): real.Clients {
  const file = process.env.RECORDED_CALLS ?? '/dev/null';
  const seen = new Set<string>();
  const record = (call: RecordedCall) => {
    const line = JSON.stringify(call);
    if (!seen.has(line)) appendFileSync(file, `${line}\n`);
    seen.add(line);
  };
  const plugin = recordCalls(record);
  const clients = real.createClients(...args);
  for (const client of Object.values(clients) as unknown[]) {
    if (isClient(client)) client.middlewareStack.use(plugin);
  }
  return {
    ...clients,
    // What goes without the SDK's layers is not seen by its middleware.
    putItem: (input) => {
      record({ action: 'dynamodb:PutItem', resource: input.TableName });
      return clients.putItem(input);
    },
    putEvents: (input) => {
      for (const { EventBusName } of input.Entries ?? []) {
        record({ action: 'events:PutEvents', resource: EventBusName });
      }
      return clients.putEvents(input);
    },
    batchGetItem: (input, signal) => {
      for (const resource of Object.keys(input.RequestItems ?? {})) {
        record({ action: 'dynamodb:BatchGetItem', resource });
      }
      return clients.batchGetItem(input, signal);
    },
    extendBatch: (input, signal) => {
      // IAM knows SQS's batches only as what they are batches of.
      record({ action: 'sqs:ChangeMessageVisibility', resource: input.QueueUrl });
      return clients.extendBatch(input, signal);
    },
    media: (endpoint) => {
      const client = clients.media(endpoint);
      client.middlewareStack.use(plugin as never);
      return client;
    },
  };
}

interface Client {
  readonly middlewareStack: { use(plugin: ReturnType<typeof recordCalls>): void };
}

function isClient(value: unknown): value is Client {
  return typeof value === 'object' && value !== null && 'middlewareStack' in value;
}
