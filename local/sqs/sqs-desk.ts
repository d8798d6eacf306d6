import type { Clock } from '../../shared/clock';
import type { Fault, FaultBoard } from '../faults/fault-board';
import { errorReply, parseBody } from '../system/aws-json';
import type { AwsJsonCall, AwsJsonReply } from '../system/aws-json';
import type { Forward, FrontClient } from '../system/json-front';
import type { SqsFaultKind } from './faults';
import type { QueueJournal } from './journal';
import { queueName } from './queue-urls';
import type { QueueUrls } from './queue-urls';
import type { Receipts } from './receipts';

const DEFAULT_SLOW_MS = 5000;
/** Their replies hold queue URLs. */
const URL_OPERATIONS = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

export interface SqsDeskParts {
  readonly forward: Forward;
  readonly urls: QueueUrls;
  readonly receipts: Receipts;
  readonly faults: FaultBoard;
  readonly clock: Clock;
  readonly journal?: QueueJournal;
}

type Body = Record<string, unknown>;

/** Answers SQS calls: translates, commits faults, journals, and passes on to the emulator. */
export class SqsDesk {
  #waiting = 0;

  constructor(private readonly parts: SqsDeskParts) {}

  get waitingReceives(): number {
    return this.#waiting;
  }

  /** See `FrontOptions.handle`. */
  async answer(call: AwsJsonCall, client: FrontClient): Promise<AwsJsonReply | undefined> {
    const body = parseBody(call.body) ?? {};
    const queue = typeof body.QueueUrl === 'string' ? queueName(body.QueueUrl) : '';
    const slow = this.#strike('slow', queue);
    if (slow !== undefined)
      await this.parts.clock.sleep(Number(slow.settings?.delayMs ?? DEFAULT_SLOW_MS));
    if (this.#strike('down', queue) !== undefined) return undefined;
    if (this.#strike('error', queue) !== undefined) {
      return errorReply(500, 'com.amazonaws.sqs#InternalFailure', 'Internal failure', '1.0');
    }
    switch (call.operation) {
      case 'ReceiveMessage':
        return this.#receive(call, body, queue, client);
      case 'SendMessage':
      case 'SendMessageBatch':
        return this.#send(call, body, queue);
      case 'DeleteMessage':
      case 'DeleteMessageBatch':
        return this.#delete(call, body, queue);
      case 'ChangeMessageVisibility':
      case 'ChangeMessageVisibilityBatch':
        return this.#changeVisibility(call, body, queue);
      case 'PurgeQueue':
        this.parts.journal?.purged(queue);
        return this.#pass(call, body);
      default:
        return this.#pass(call, body);
    }
  }

  /** Puts a message into a queue, past all faults; it is journalled like any other. */
  async send(queueUrl: string, messageBody: string): Promise<void> {
    const call = own('SendMessage');
    const body = { QueueUrl: queueUrl, MessageBody: messageBody };
    const reply = await this.#send(call, body, queueName(queueUrl));
    if (reply.status !== 200) throw new Error(`no message can be put into ${queueUrl}`);
  }

  /** One operation past all faults and the journal; throws unless SQS answers 200. */
  async request(operation: string, input: Body): Promise<Body> {
    const reply = await this.#pass(own(operation), input);
    const body = parseBody(reply.body) ?? {};
    if (reply.status !== 200) throw new Error(`SQS ${operation}: ${String(body.__type)}`);
    return body;
  }

  #strike(kind: SqsFaultKind, queue: string): Fault | undefined {
    return this.parts.faults.strike(kind, queue);
  }

  async #receive(
    call: AwsJsonCall,
    body: Body,
    queue: string,
    client: FrontClient,
  ): Promise<AwsJsonReply> {
    this.#waiting += 1;
    const reply = await this.#pass(call, body).finally(() => (this.#waiting -= 1));
    const parsed = parseBody(reply.body);
    const messages = (parsed?.Messages ?? []) as { MessageId: string; ReceiptHandle: string }[];
    if (messages.length === 0) return reply;
    if (client.gone) {
      // The emulator hands messages to polls of consumers that died; SQS notices that they did.
      for (const { ReceiptHandle } of messages) await this.#makeVisible(body, ReceiptHandle);
      return reply;
    }
    for (const message of messages) {
      message.MessageId = this.parts.receipts.firstId(message.MessageId);
      this.parts.receipts.received(message.ReceiptHandle, message.MessageId);
      const fault = this.#strike('duplicate-delivery', queue);
      if (fault === undefined) continue;
      void this.parts.clock
        .sleep(Number(fault.settings?.afterMs ?? 0))
        .then(() => this.#makeVisible(body, message.ReceiptHandle));
    }
    return { ...reply, body: Buffer.from(JSON.stringify(parsed)) };
  }

  async #send(call: AwsJsonCall, body: Body, queue: string): Promise<AwsJsonReply> {
    const reply = await this.#pass(call, body);
    const { journal } = this.parts;
    if (journal === undefined || reply.status !== 200) return reply;
    const parsed = parseBody(reply.body) ?? {};
    const bodies = new Map(entriesOf(body).map((entry) => [entry.Id, entry.MessageBody]));
    const sent = (parsed.Successful ?? [{ ...parsed, Id: undefined }]) as Body[];
    for (const { Id, MessageId } of sent) {
      journal.sent({ queue, messageId: String(MessageId), body: String(bodies.get(Id)) });
    }
    return reply;
  }

  async #delete(call: AwsJsonCall, body: Body, queue: string): Promise<AwsJsonReply> {
    if (this.#strike('delete-lost', queue) !== undefined) {
      return done(body);
    }
    const reply = await this.#pass(call, body);
    if (reply.status !== 200) return reply;
    for (const { ReceiptHandle } of entriesOf(body)) {
      const messageId = this.parts.receipts.take(String(ReceiptHandle));
      if (messageId !== undefined) this.parts.journal?.deleted(messageId);
    }
    return reply;
  }

  async #changeVisibility(call: AwsJsonCall, body: Body, queue: string): Promise<AwsJsonReply> {
    if (this.#strike('visibility-lost', queue) === undefined) {
      return this.#pass(call, body);
    }
    for (const { ReceiptHandle } of entriesOf(body)) {
      await this.#makeVisible(body, String(ReceiptHandle));
    }
    return done(body);
  }

  async #makeVisible({ QueueUrl }: Body, ReceiptHandle: string): Promise<void> {
    const body = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
    // The emulator may be gone by the time a delayed fault strikes.
    await this.#pass(own('ChangeMessageVisibility'), body).catch(() => undefined);
  }

  async #pass(call: AwsJsonCall, body: Body): Promise<AwsJsonReply> {
    const { urls, forward } = this.parts;
    const { QueueUrl } = body;
    const inside = typeof QueueUrl === 'string' ? { QueueUrl: urls.inward(QueueUrl) } : {};
    const sent = Buffer.from(JSON.stringify({ ...body, ...inside }));
    const reply = await forward({ ...call, body: sent });
    if (!URL_OPERATIONS.has(call.operation)) return reply;
    return { ...reply, body: Buffer.from(urls.outward(reply.body.toString('utf8'))) };
  }
}

/** The entries of a batch, or the one of a call that is none. */
function entriesOf(body: Body): Body[] {
  return Array.isArray(body.Entries) ? (body.Entries as Body[]) : [body];
}

/** The reply of a call that did its work, single or batch. */
function done(body: Body): AwsJsonReply {
  const Successful = entriesOf(body).map(({ Id }) => ({ Id }));
  const value = Array.isArray(body.Entries) ? { Successful, Failed: [] } : {};
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function own(operation: string): AwsJsonCall {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
  };
  return { operation, headers, body: Buffer.alloc(0) };
}
