import { setMaxListeners } from 'node:events';

import { CHANNELS, type CallRequest } from '../../shared/call';
import { isoTime } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { Logger } from '../../shared/logger';
import type { CallRecord, Fact } from '../../shared/record';
import { runCall, type CallOutcome } from './call-run';
import type { ActiveCall } from './intake/active-calls';
import { CallControl } from './intake/call-control';
import type { Claim } from './intake/claim';
import type { CallMessages } from './intake/messages';
import { legChanges, takeLegs } from './leg-changes';
import type { CallLog } from './log/call-log';
import type { CallView, LiveCall } from './log/call-view';
import type { CallWriter } from './log/call-writer';
import type { WorkerMetrics } from './metrics';
import type { PipelineDeps } from './pipeline';
import type { EventBus } from './publish/event-bus';
import { CallPublisher } from './publish/publisher';

export interface ClaimedCallDeps extends PipelineDeps {
  readonly messages: CallMessages;
  readonly log: CallLog;
  readonly view: CallView;
  readonly bus: Pick<EventBus, 'put'>;
  readonly metrics: Pick<WorkerMetrics, 'callTaken'>;
  readonly logger: Logger;
  /** Aborts when calls are to be handed over. */
  readonly drain: AbortSignal;
}

/**
 * Runs a claimed call and sees it to its conclusion: its message is deleted last, after the
 * terminal record's event was acknowledged (DESIGN 4). Resolves with the message unsettled when
 * the worker stops first.
 */
export async function serveCall(
  { writer, request, formerEndMs }: Extract<Claim, { type: 'claimed' }>,
  call: ActiveCall,
  deps: ClaimedCallDeps,
): Promise<void> {
  const { clock, drain, ticker } = deps;
  const { callId, seq: claimSeq } = writer;
  const logger = deps.logger.child({ callId });
  // A signal of the call's own: what listens to it goes when the call goes.
  const handOver = new AbortController();
  setMaxListeners(0, handOver.signal);
  const letGo = () => {
    writer.release();
    handOver.abort();
  };
  drain.addEventListener('abort', letGo, { once: true });
  if (drain.aborted) letGo();
  const { signal } = handOver;
  const publisher = publisherOf(writer, deps);
  const metrics = deps.metrics.callTaken();
  const stopMeasuring = ticker.listen(() => metrics.publishBacklog(publisher.backlog));
  const control = new CallControl(formerEndMs, letGo);
  const askAgain = () => ask(callId, control, signal, deps);
  logger.info({ seq: claimSeq, legs: writer.state.legs.length }, 'call claimed');
  try {
    control.endTimeMs = writer.state.endTimeMs;
    call.control = control;
    await askAgain();
    // Legs that have come since the request was written.
    takeLegs(writer.state, legChanges(writer.state.legs, control.legs).added);
    const startedAt = isoTime(clock.epochMs());
    const show = () => deps.view.live(claimSeq, liveCall(writer, request, startedAt));
    let shown = show();
    const onLegs = () => void (shown = shown.then(show));
    const run = { request, writer, publisher, control, metrics, logger, askAgain, onLegs, signal };
    const outcome = await runCall(run, deps);
    await shown;
    await conclude(outcome, { writer, claimSeq, publisher, control, call, logger }, deps);
    if (outcome.type === 'completed' || outcome.type === 'failed') metrics.end(outcome.type);
  } finally {
    call.control = undefined;
    publisher.stop();
    stopMeasuring();
    metrics.end('let-go');
    drain.removeEventListener('abort', letGo);
  }
}

function liveCall(writer: CallWriter, request: CallRequest, startedAt: string): LiveCall {
  const { callId, expiresAtSeconds, state } = writer;
  const channels = CHANNELS.filter((name) => state.legs.some(({ channel }) => channel === name));
  return { callId, channels, attributes: request.attributes, startedAt, expiresAtSeconds };
}

/** The heartbeat makes up for an answer that does not come. */
async function ask(
  callId: string,
  control: CallControl,
  signal: AbortSignal,
  { view, logger }: ClaimedCallDeps,
): Promise<void> {
  try {
    const told = await view.ask(callId, signal);
    if (told !== undefined) control.learn(told);
  } catch (reason) {
    const { code } = CallscribeError.from(reason);
    if (!signal.aborted) logger.warn({ callId, code }, 'the item of the call could not be read');
  }
}

interface Conclusion {
  readonly writer: CallWriter;
  readonly claimSeq: number;
  readonly publisher: CallPublisher;
  readonly control: CallControl;
  readonly call: ActiveCall;
  readonly logger: Logger;
}

async function conclude(
  outcome: CallOutcome,
  { writer, claimSeq, publisher, control, call, logger }: Conclusion,
  deps: ClaimedCallDeps,
): Promise<void> {
  const { messages, log } = deps;
  const { seq } = writer;
  switch (outcome.type) {
    case 'fenced':
      // Neither the bus nor the message is ours any more.
      publisher.stop();
      call.message.settled = true;
      return;
    case 'handed-over':
      publisher.stop();
      logger.info({ seq }, 'call handed over');
      if (control.isRenewing && !deps.drain.aborted) await messages.renew(call.message);
      return;
    case 'completed':
    case 'failed': {
      const last = await log.at(writer.callId, seq);
      if (last !== undefined) await announce(last, claimSeq, writer, publisher, deps);
      await messages.remove(call.message);
      logger.info({ seq, outcome: outcome.type }, 'call ended');
    }
  }
}

/**
 * Ends a call that cannot be worked on, as failed: in its log, in the list and on the bus. Its
 * message is the caller's to park.
 */
export async function sealCall(
  writer: CallWriter,
  fact: Extract<Fact, { type: 'failed' }>,
  deps: ClaimedCallDeps,
): Promise<void> {
  const publisher = publisherOf(writer, deps);
  try {
    const last = await writer.append(fact);
    await announce(last, writer.seq, writer, publisher, deps);
  } finally {
    publisher.stop();
  }
}

/** Puts on the bus what may not have come there, after a call's end. Throws `aborted`. */
export async function republish(last: CallRecord, deps: ClaimedCallDeps): Promise<void> {
  const publisher = new CallPublisher({
    ...deps,
    callId: last.callId,
    publishedSeq: last.state.publishedSeq,
    lastSeq: last.seq,
    signal: deps.drain,
  });
  await publisher.flush();
}

async function announce(
  last: CallRecord,
  claimSeq: number,
  writer: CallWriter,
  publisher: CallPublisher,
  { view }: ClaimedCallDeps,
): Promise<void> {
  await view.ended(claimSeq, last, writer.expiresAtSeconds);
  await publisher.flush();
}

function publisherOf(writer: CallWriter, deps: ClaimedCallDeps): CallPublisher {
  const publisher = new CallPublisher({
    ...deps,
    callId: writer.callId,
    publishedSeq: writer.state.publishedSeq,
    lastSeq: writer.seq,
    signal: deps.drain,
  });
  writer.publishThrough(publisher);
  return publisher;
}
