import type { Clock } from '../../shared/clock';
import type { EventEnvelope } from './entries';
import type { Target } from './rule-book';

/** Waits between attempts; EventBridge tries for 24 hours, a machine's stand-in need not. */
const RETRY_DELAYS_MS = [100, 500, 2000, 5000];
/** Deliveries under way at one time; beyond it events to targets are dropped and counted. */
const MAX_PENDING = 10_000;

export type EventHandler = (event: EventEnvelope) => Promise<void> | void;

/** Hands events to targets, at least once each, in no promised order. */
export class Deliveries {
  #pending = 0;
  /** Given up after the last attempt, or for want of room. */
  failed = 0;

  constructor(
    private readonly clock: Clock,
    private readonly sqsEndpoint: () => string | undefined,
    private readonly signal: AbortSignal,
  ) {}

  get pending(): number {
    return this.#pending;
  }

  toTarget(target: Target, event: EventEnvelope): void {
    const body = target.Input ?? JSON.stringify(event);
    this.#attempt(() => sendToQueue(this.sqsEndpoint(), target.Arn, body));
  }

  toHandler(handler: EventHandler, event: EventEnvelope): void {
    this.#attempt(async () => handler(event));
  }

  #attempt(deliver: () => Promise<void>): void {
    if (this.#pending >= MAX_PENDING) {
      this.failed += 1;
      return;
    }
    this.#pending += 1;
    void this.#untilDelivered(deliver).finally(() => (this.#pending -= 1));
  }

  async #untilDelivered(deliver: () => Promise<void>): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      try {
        await deliver();
        return;
      } catch {
        if (delayMs === undefined || this.signal.aborted) break;
        await this.clock.sleep(delayMs, this.signal);
      }
    }
    this.failed += 1;
  }
}

/** `arn:aws:sqs:REGION:ACCOUNT:NAME` at the endpoint. */
async function sendToQueue(
  endpoint: string | undefined,
  arn: string,
  MessageBody: string,
): Promise<void> {
  const [, , service, , account, name] = arn.split(':');
  if (endpoint === undefined || service !== 'sqs') throw new Error('no such target here');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
    },
    body: JSON.stringify({ QueueUrl: `${endpoint}/${account}/${name}`, MessageBody }),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`SQS answers ${response.status}`);
}
