import { setMaxListeners } from 'node:events';

import type { CallRequest } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { CallRecord } from '../../shared/record';
import { backoffMs } from '../../shared/retry';
import { republish, sealCall, serveCall, type ClaimedCallDeps } from './claimed-call';
import { failedFact } from './failed-fact';
import type { ActiveCall, ActiveCalls } from './intake/active-calls';
import { claimCall, type Claim } from './intake/claim';
import { Liveness } from './intake/liveness';
import type { HeldMessage } from './intake/messages';
import type { ReceivedMessage } from './intake/poll';
import { readRequest, type ReadRequest } from './intake/read-request';
import { covers } from './intake/starts';
import { FencedError } from './log/call-log';
import { refuseRequest } from './refuse-request';
import { withDeploymentOptions } from './request-options';

/** Messages of calls that run elsewhere, watched over here; beyond it they are let go. */
const MAX_STANDING_BY = 100;
/** Failures after which a malformed message is let go, to come again: it must not take up room. */
const MAX_REFUSALS = 5;
/** Ends of calls after which the message is kept for people. */
const PARKED = new Set<string>(['poison', 'log-unreadable', 'log-too-new']);
/** After SIGTERM nothing is appended any more after so long, whatever the store does. */
const HAND_OVER_LIMIT_MS = 5_000;

export interface WorkerDeps extends ClaimedCallDeps {
  readonly workerId: string;
  readonly calls: ActiveCalls;
  /** Resolves when another call may begin, or when the signal aborts; never rejects. */
  pace(signal: AbortSignal): Promise<void>;
}

interface Held {
  readonly call: ActiveCall;
  readonly read: ReadRequest;
}

type Claimed = Exclude<Claim, { type: 'held' | 'duplicate' }>;

/** Turns queue messages into running calls, and sees each to the deletion of its message. */
export class Worker {
  readonly #running = new Set<Promise<void>>();
  readonly #liveness: Liveness;
  readonly #givingUp = new AbortController();

  constructor(private readonly deps: WorkerDeps) {
    const { workerId, view, clock, drain } = deps;
    // Every call listens to it.
    setMaxListeners(0, drain);
    this.#liveness = new Liveness({ workerId, store: view, clock, signal: drain });
    drain.addEventListener('abort', () => void this.#giveUp(), { once: true });
  }

  /**
   * Takes a message over, which from then on is kept invisible, and resolves when its call may
   * begin; the call goes on by itself. Never rejects.
   */
  take(received: ReceivedMessage): Promise<void> {
    const held = this.#hold(received);
    if (held === undefined) return Promise.resolve();
    const turn = this.deps.pace(this.deps.drain);
    const run = turn.then(() => this.#handle(held));
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
    return turn;
  }

  /** Resolves when every call has been handed over or has ended. */
  async stopped(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.deps.drain.aborted) this.#givingUp.abort();
  }

  async #giveUp(): Promise<void> {
    const { signal } = this.#givingUp;
    await this.deps.clock.sleep(HAND_OVER_LIMIT_MS, signal);
    this.#givingUp.abort();
  }

  /** Undefined for a message that is held already: its new handle counts from now on. */
  #hold(received: ReceivedMessage): Held | undefined {
    const { calls, clock } = this.deps;
    const receivedMs = clock.monotonicMs();
    const known = calls.get(received.messageId);
    if (known !== undefined) {
      known.message.receiptHandle = received.receiptHandle;
      known.message.receivedMs = receivedMs;
      return undefined;
    }
    const message: HeldMessage = { ...received, receivedMs, settled: false };
    const read = readRequest(received.body);
    const callId = read.ok ? read.request.callId : read.callId;
    const call: ActiveCall = { callId, message, control: undefined, standsBy: false };
    calls.add(call);
    return { call, read };
  }

  /** Never rejects. */
  async #handle({ call, read }: Held): Promise<void> {
    const { calls, messages, drain, logger } = this.deps;
    const { callId, message } = call;
    try {
      if (read.ok)
        await this.#insist(callId, () =>
          this.#attend(withDeploymentOptions(read.request, this.deps.config), call),
        );
      else await this.#insist(callId, () => refuseRequest(read, message, this.deps), MAX_REFUSALS);
      if (drain.aborted && !message.settled) await messages.release(message);
    } catch (reason) {
      // Whatever went wrong, the message comes again: nothing of it is lost.
      const { code } = CallscribeError.from(reason);
      logger.error({ callId, code }, 'a message could not be handled; it will return');
    } finally {
      calls.remove(message.messageId);
    }
  }

  /**
   * A claim is not left alone as long as its worker lives: what fails is tried again here, for
   * other workers would wait for this one.
   */
  async #insist(
    callId: string | undefined,
    work: () => Promise<void>,
    maxFailures = Infinity,
  ): Promise<void> {
    const { clock, drain, logger } = this.deps;
    for (let failures = 0; !drain.aborted; failures++) {
      try {
        return await work();
      } catch (reason) {
        if (drain.aborted) return;
        const error = CallscribeError.from(reason);
        if (failures + 1 >= maxFailures) throw error;
        logger.error({ callId, code: error.code, failures }, 'a call could not be served; again');
        await clock.sleep(backoffMs(failures), drain);
      }
    }
  }

  async #attend(request: CallRequest, call: ActiveCall): Promise<void> {
    const { deps } = this;
    const { message } = call;
    const claim = await this.#claim(request, call);
    switch (claim?.type) {
      case undefined:
        return;
      case 'finished':
        await republish(claim.last, deps);
        return this.#putAway(claim.last, message);
      case 'poison':
        deps.logger.error({ callId: request.callId }, 'five claims in a row made no progress');
        return this.#end(claim, message, {
          code: 'poison',
          message: 'five workers in a row failed on this call; see the dead-letter queue',
        });
      case 'unreadable':
        deps.logger.error({ callId: request.callId, code: claim.error.code }, claim.error.message);
        return this.#end(claim, message, claim.error);
      case 'claimed':
        return serveCall(claim, call, deps);
    }
  }

  /**
   * Claims the call, waiting while another worker has it that is alive. Undefined when there is
   * nothing to do here any more; the message is settled then, or the worker stops.
   */
  async #claim(request: CallRequest, call: ActiveCall): Promise<Claimed | undefined> {
    const { calls, drain } = this.deps;
    await this.#liveness.start();
    for (let gone: string | undefined; !drain.aborted;) {
      const claim = await this.#tryToClaim(request, call, gone);
      if (claim === undefined) continue;
      const owner = await this.#ownerToWaitFor(claim, request);
      if (owner === undefined) return this.#stopStandingBy(claim, call, gone);
      if (!call.standsBy && calls.standingBy >= MAX_STANDING_BY) {
        call.message.settled = true;
        return undefined;
      }
      calls.standBy(call, true);
      gone = (await this.#liveness.isGone(owner, drain)) ? owner : undefined;
    }
    return undefined;
  }

  /** Whose doing is to be waited for before this message can be dealt with, if anybody's. */
  async #ownerToWaitFor(claim: Claim, request: CallRequest): Promise<string | undefined> {
    if (claim.type === 'held') return claim.owner;
    if (claim.type !== 'duplicate') return undefined;
    const { calls, view, drain } = this.deps;
    const { last } = claim;
    const told = await view.ask(request.callId, drain);
    if (told !== undefined) calls.running(request.callId)?.control?.learn(told);
    return covers(last.state.legs, request, told?.legs ?? []) ? undefined : last.writer;
  }

  async #stopStandingBy(
    claim: Claim,
    call: ActiveCall,
    gone: string | undefined,
  ): Promise<Claimed | undefined> {
    const { calls, messages } = this.deps;
    const stoodBy = call.standsBy;
    calls.standBy(call, false);
    switch (claim.type) {
      case 'held':
        return undefined;
      case 'duplicate':
        await messages.remove(call.message);
        return undefined;
      case 'finished':
        if (!stoodBy || gone !== undefined) return claim;
        // Its worker lives, and deletes the message itself.
        call.message.settled = true;
        return undefined;
      default:
        return claim;
    }
  }

  /** Undefined when somebody else wrote at the same moment. */
  async #tryToClaim(
    request: CallRequest,
    { message }: ActiveCall,
    gone: string | undefined,
  ): Promise<Claim | undefined> {
    const { log, workerId, clock, drain } = this.deps;
    const writerSignal = this.#givingUp.signal;
    const options = { log, workerId, clock, gone, signal: drain, writerSignal };
    try {
      return await claimCall(request, message.messageId, options);
    } catch (reason) {
      if (reason instanceof FencedError) return undefined;
      throw reason;
    }
  }

  /** Ends the call as failed and parks its message. */
  async #end(
    { writer }: Extract<Claim, { type: 'poison' | 'unreadable' }>,
    message: HeldMessage,
    error: Pick<CallscribeError, 'code' | 'message'>,
  ): Promise<void> {
    const { code } = error;
    if (writer !== undefined) {
      await sealCall(writer, failedFact(writer.state, code, error.message), this.deps);
    }
    await this.deps.messages.park(message, `${code}: ${error.message}`);
    // Without a dead-letter queue it stays, and comes again for a call that has ended.
    message.settled = true;
  }

  /** What was to be done with the message of a call that has ended, and perhaps was not. */
  async #putAway({ fact, state }: CallRecord, message: HeldMessage): Promise<void> {
    const { messages } = this.deps;
    const wasIts = state.messageId === message.messageId;
    const isParked =
      wasIts &&
      fact.type === 'failed' &&
      PARKED.has(fact.code) &&
      (await messages.park(message, `${fact.code}: ${fact.message}`));
    if (!isParked) await messages.remove(message);
  }
}
