import type { InitializeMiddleware, Pluggable } from '@smithy/types';

/** One call to AWS as IAM sees it: `sqs:SendMessage` on a queue's URL, a table's name, … */
export interface RecordedCall {
  readonly action: string;
  /** What the request names; absent when the action has no resource. */
  readonly resource: string | undefined;
}

/** IAM's name of each service, by the SDK's client. */
const SERVICES: Readonly<Record<string, string>> = {
  DynamoDBClient: 'dynamodb',
  ECSClient: 'ecs',
  EventBridgeClient: 'events',
  KinesisVideoClient: 'kinesisvideo',
  KinesisVideoMediaClient: 'kinesisvideo',
  SQSClient: 'sqs',
  TranscribeStreamingClient: 'transcribe',
};

/** Members of requests that name what they are about. */
const RESOURCE_MEMBERS = ['QueueUrl', 'TableName', 'StreamARN', 'service'];

/**
 * An SDK plugin that tells of every call before it is sent: `client.middlewareStack.use(plugin)`.
 * IAM knows SQS's batches only as what they are batches of.
 */
export function recordCalls(onCall: (call: RecordedCall) => void): Pluggable<object, object> {
  const middleware: InitializeMiddleware<object, object> = (next, context) => (args) => {
    const { clientName = '', commandName = '' } = context as Record<string, string>;
    const service = SERVICES[clientName] ?? clientName;
    const operation = commandName.replace(/Command$/, '');
    const action = service === 'sqs' ? operation.replace(/Batch$/, '') : operation;
    for (const resource of resourcesOf(args.input)) {
      onCall({ action: `${service}:${action}`, resource });
    }
    return next(args);
  };
  return {
    applyToStack: (stack) => stack.add(middleware, { step: 'initialize', name: 'recordCalls' }),
  };
}

function resourcesOf(input: object): (string | undefined)[] {
  const members = input as Record<string, unknown>;
  for (const name of RESOURCE_MEMBERS) {
    const value = members[name];
    if (typeof value === 'string') return [value];
  }
  const { RequestItems, Entries, services } = members;
  if (typeof RequestItems === 'object' && RequestItems !== null) return Object.keys(RequestItems);
  if (Array.isArray(Entries)) {
    return Entries.map((entry: { EventBusName?: string }) => entry.EventBusName);
  }
  if (Array.isArray(services)) return services.map(String);
  return [undefined];
}
