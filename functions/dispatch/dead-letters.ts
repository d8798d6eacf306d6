import type { SQS } from '@aws-sdk/client-sqs';

/** Room in a message attribute is plenty; reasons are read in a list. */
const MAX_REASON_LENGTH = 1024;
/** SQS takes 1 MiB, attributes included. */
const MAX_BODY_BYTES = 1_000_000;

/** Members that hold customer data and nothing that dispatch reads; in lower case. */
const PRIVATE_NAMES = new Set([
  'address',
  'fromnumber',
  'tonumber',
  'inviteheaders',
  'updateheaders',
  'siprecmetadata',
]);
/** Maps whose members are the customer's own, but for our settings. */
const CUSTOMER_MAPS = new Set(['attributes', 'parameters']);
const OWN_PREFIX = 'callscribe_';
const REMOVED = '(removed)';

/** Where events go that nobody could work on, for people to look at. */
export class DeadLetters {
  constructor(
    private readonly sqs: Pick<SQS, 'sendMessage'>,
    private readonly queueUrl: string,
  ) {}

  /** The event without customer data, and the reason why it is here. */
  async park(event: unknown, reason: string, abortSignal?: AbortSignal): Promise<void> {
    await this.sqs.sendMessage(
      {
        QueueUrl: this.queueUrl,
        MessageBody: parkedBody(event),
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: reason.slice(0, MAX_REASON_LENGTH) },
          source: { DataType: 'String', StringValue: 'dispatch' },
        },
      },
      { abortSignal },
    );
  }
}

/** JSON of an event, its private members replaced; never more than a message may hold. */
export function parkedBody(event: unknown): string {
  const body = JSON.stringify(event ?? null, (name, value: unknown) => {
    if (value === null || value === undefined) return value;
    const lower = name.toLowerCase();
    if (PRIVATE_NAMES.has(lower)) return REMOVED;
    if (CUSTOMER_MAPS.has(lower)) return withoutCustomers(value);
    return value;
  });
  const bytes = Buffer.byteLength(body);
  return bytes <= MAX_BODY_BYTES ? body : JSON.stringify({ tooLarge: true, bytes });
}

function withoutCustomers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return REMOVED;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      name.startsWith(OWN_PREFIX) ? inner : REMOVED,
    ]),
  );
}
