import { isoTime } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { Logger } from '../../shared/logger';
import type { CallRequest } from '../../shared/call';
import type { CallRecord } from '../../shared/record';
import { runCall, type CallOutcome } from './call-run';
import type { ActiveCalls } from './intake/active-calls';
import { claimCall, type Claim } from './intake/claim';
import type { CallMessages, HeldMessage } from './intake/messages';
import type { ReceivedMessage } from './intake/poll';
import { readRequest } from './intake/read-request';
import { FencedError, type CallLog } from './log/call-log';
import type { CallView } from './log/call-view';
import { CallWriter } from './log/call-writer';
import type { PipelineDeps } from './pipeline';
import type { EventBus } from './publish/event-bus';
import { CallPublisher } from './publish/publisher';

export interface WorkerDeps extends PipelineDeps {
  readonly workerId: string;
  readonly calls: ActiveCalls;
  readonly messages: CallMessages;
  readonly log: CallLog;
  readonly view: CallView;
  readonly bus: EventBus;
  readonly logger: Logger;
  /** Aborts when calls are to be handed over. */
  readonly drain: AbortSignal;
}

/** Turns queue messages into running calls, and sees each to the deletion of its message. */
export class Worker {
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly deps: WorkerDeps) {}

  /** Takes a message over and returns; the call goes on by itself. */
  take(received: ReceivedMessage): Promise<void> {
    if (this.deps.drain.aborted) return this.#handBack(received);
    const run = this.#handle(received).catch((reason: unknown) => {
      // Whatever went wrong, the message comes again: nothing of it is lost.
      const error = CallscribeError.from(reason);
      this.deps.logger.error(
        { code: error.code },
        'a message could not be handled; it will return',
      );
    });
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
    return Promise.resolve();
  }

  /** Resolves when every call has been handed over or has ended. */
  async stopped(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #handle(received: ReceivedMessage): Promise<void> {
    const { calls, messages, logger } = this.deps;
    const message: HeldMessage = { ...received };
    const read = readRequest(received.body);
    if (!read.ok) {
      logger.error({ callId: read.callId, problem: read.problem }, 'a request is malformed');
      if (read.callId !== undefined) await this.#failUnheard(read.callId, message, read.problem);
      await messages.park(message, received.body, `bad-request: ${read.problem}`);
      return;
    }
    const { request } = read;
    const active = calls.get(request.callId);
    if (active !== undefined) {
      if (active.message.messageId === message.messageId) {
        active.message.receiptHandle = message.receiptHandle;
      } else {
        await messages.remove(message);
      }
      return;
    }
    const control = { endTimeMs: null };
    calls.add({ callId: request.callId, message, control });
    try {
      const claim = await claimCall(request, message.messageId, this.deps);
      await this.#work(claim, message, received.body, control);
    } catch (reason) {
      if (!(reason instanceof FencedError)) throw reason;
      logger.info({ callId: request.callId }, 'another worker was faster');
    } finally {
      calls.remove(request.callId);
    }
  }

  async #work(
    claim: Claim,
    message: HeldMessage,
    body: string,
    control: { endTimeMs: number | null },
  ): Promise<void> {
    const { messages, logger } = this.deps;
    switch (claim.type) {
      case 'duplicate':
        await messages.remove(message);
        return;
      case 'finished': {
        const publisher = this.#publisher(claim.last);
        await publisher.flush();
        await messages.remove(message);
        return;
      }
      case 'poison': {
        const { writer } = claim;
        logger.error({ callId: writer.callId }, 'five claims in a row made no progress');
        const publisher = this.#publisherOf(writer);
        await writer.append(
          failure(
            writer,
            'poison',
            'five workers in a row failed on this call; see the dead-letter queue',
          ),
        );
        await publisher.flush();
        await messages.park(message, body, 'poison: five claims without progress');
        return;
      }
      case 'claimed':
        await this.#run(claim.writer, claim.request, message, control);
    }
  }

  async #run(
    writer: CallWriter,
    request: CallRequest,
    message: HeldMessage,
    control: { endTimeMs: number | null },
  ): Promise<void> {
    const { deps } = this;
    const claimSeq = writer.seq;
    const logger = deps.logger.child({ callId: request.callId });
    control.endTimeMs = writer.state.endTimeMs;
    const publisher = this.#publisherOf(writer);
    const live = deps.view.live(claimSeq, request, isoTime(deps.clock.epochMs()));
    logger.info({ seq: claimSeq, legs: request.legs.length }, 'call claimed');
    const outcome = await runCall(
      { request, writer, publisher, control, logger, signal: deps.drain },
      deps,
    );
    await live;
    await this.#conclude(outcome, writer, claimSeq, publisher, message, logger);
  }

  async #conclude(
    outcome: CallOutcome,
    writer: CallWriter,
    claimSeq: number,
    publisher: CallPublisher,
    message: HeldMessage,
    logger: Logger,
  ): Promise<void> {
    const { messages, view, log } = this.deps;
    if (outcome.type === 'fenced') return;
    if (outcome.type === 'handed-over') {
      await messages.extend([message], 0);
      logger.info({ seq: writer.seq }, 'call handed over');
      return;
    }
    const [last] = await log.from(writer.callId, writer.seq, 1);
    if (last !== undefined) await view.ended(claimSeq, last);
    await publisher.flush();
    await messages.remove(message);
    logger.info({ seq: writer.seq, outcome: outcome.type }, 'call ended');
  }

  /** A malformed request that names a new call leaves its trace in the log and on the bus. */
  async #failUnheard(callId: string, message: HeldMessage, problem: string): Promise<void> {
    const { deps } = this;
    if ((await deps.log.last(callId)) !== undefined) return;
    const request = { schemaVersion: 1 as const, callId, legs: [] };
    const writer = new CallWriter({ ...deps, callId, last: undefined, request });
    const publisher = this.#publisherOf(writer);
    await writer.append({ type: 'claimed', messageId: message.messageId });
    await writer.append(failure(writer, 'bad-request', `the request is malformed: ${problem}`));
    await publisher.flush();
  }

  async #handBack(received: ReceivedMessage): Promise<void> {
    await this.deps.messages.extend([{ ...received }], 0);
  }

  #publisherOf(writer: CallWriter): CallPublisher {
    const publisher = new CallPublisher({
      ...this.deps,
      callId: writer.callId,
      publishedSeq: writer.state.publishedSeq,
      lastSeq: writer.seq,
      signal: this.deps.drain,
    });
    writer.publishThrough(publisher);
    return publisher;
  }

  #publisher(last: CallRecord): CallPublisher {
    return new CallPublisher({
      ...this.deps,
      callId: last.callId,
      publishedSeq: last.state.publishedSeq,
      lastSeq: last.seq,
      signal: this.deps.drain,
    });
  }
}

function failure(writer: CallWriter, code: string, message: string) {
  return {
    type: 'failed' as const,
    code,
    message,
    endMs: 0,
    account: { ...writer.state.account },
  };
}
