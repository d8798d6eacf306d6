import { isoTime } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { Logger } from '../../shared/logger';
import { CHANNELS, type CallRequest, type Leg } from '../../shared/call';
import type { CallRecord } from '../../shared/record';
import { runCall, type CallOutcome } from './call-run';
import type { ActiveCalls } from './intake/active-calls';
import { CallControl } from './intake/call-control';
import { claimCall, type Claim } from './intake/claim';
import type { CallMessages, HeldMessage } from './intake/messages';
import type { ReceivedMessage } from './intake/poll';
import { readRequest } from './intake/read-request';
import { isSameStart, legChanges, takeLegs } from './leg-changes';
import { FencedError, type CallLog } from './log/call-log';
import type { CallView } from './log/call-view';
import { CallWriter } from './log/call-writer';
import type { WorkerMetrics } from './metrics';
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
  readonly metrics: WorkerMetrics;
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
        await this.#handleDuplicate(request, message);
      }
      return;
    }
    const control = new CallControl();
    calls.add({ callId: request.callId, message, control });
    try {
      const claim = await claimCall(request, message.messageId, this.deps);
      await this.#work(claim, request, message, received.body, control);
    } catch (reason) {
      if (!(reason instanceof FencedError)) throw reason;
      logger.info({ callId: request.callId }, 'another worker was faster');
    } finally {
      calls.remove(request.callId);
    }
  }

  async #work(
    claim: Claim,
    request: CallRequest,
    message: HeldMessage,
    body: string,
    control: CallControl,
  ): Promise<void> {
    const { messages, logger } = this.deps;
    switch (claim.type) {
      case 'duplicate':
        return this.#handleDuplicate(request, message);
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
    control: CallControl,
  ): Promise<void> {
    const { deps } = this;
    const claimSeq = writer.seq;
    const logger = deps.logger.child({ callId: request.callId });
    const publisher = this.#publisherOf(writer);
    const metrics = deps.metrics.callTaken();
    const stopMeasuring = deps.ticker.listen(() => metrics.publishBacklog(publisher.backlog));
    try {
      control.endTimeMs = writer.state.endTimeMs;
      const askAgain = () => this.#ask(request.callId, control, logger);
      await askAgain();
      // Legs that have come since the request was written.
      takeLegs(writer.state, legChanges(writer.state.legs, control.legs).added);
      const startedAt = isoTime(deps.clock.epochMs());
      const channels = () =>
        CHANNELS.filter((name) => writer.state.legs.some(({ channel }) => channel === name));
      const show = () => deps.view.live(claimSeq, request, channels(), startedAt);
      let shown = show();
      logger.info({ seq: claimSeq, legs: writer.state.legs.length }, 'call claimed');
      const outcome = await runCall(
        {
          ...{ request, writer, publisher, control, metrics, logger, askAgain },
          onLegs: () => void (shown = shown.then(show)),
          signal: deps.drain,
        },
        deps,
      );
      await shown;
      await this.#conclude(outcome, writer, claimSeq, publisher, message, logger);
      if (outcome.type === 'completed' || outcome.type === 'failed') metrics.end(outcome.type);
    } finally {
      stopMeasuring();
      metrics.end('let-go');
    }
  }

  /** The heartbeat makes up for an answer that does not come. */
  async #ask(callId: string, control: CallControl, logger: Logger): Promise<void> {
    try {
      const told = await this.deps.view.ask(callId, this.deps.drain);
      if (told !== undefined) control.learn(told);
    } catch (reason) {
      const { code } = CallscribeError.from(reason);
      logger.warn({ code }, 'the item of the call could not be read');
    }
  }

  /**
   * Another message for a live call. It may be about a leg: then it comes again until the log has
   * the leg, since the call's owner may be ending the call at this moment.
   */
  async #handleDuplicate(request: CallRequest, message: HeldMessage): Promise<void> {
    const { calls, messages, view, log, drain } = this.deps;
    const { callId } = request;
    const told = await view.ask(callId, drain);
    if (told !== undefined) calls.get(callId)?.control.learn(told);
    const known = (await log.last(callId, drain))?.state.legs ?? [];
    const isKnown = (leg: Leg) => known.some((each) => isSameStart(each, leg));
    const isTold = (leg: Leg) => told?.legs.some((each) => isSameStart(each, leg)) ?? false;
    if (request.legs.some((leg) => isTold(leg) && !isKnown(leg))) return;
    await messages.remove(message);
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
