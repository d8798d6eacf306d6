import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import type { Logger } from '../../../shared/logger';
import type { CallView } from '../log/call-view';
import type { ActiveCalls } from './active-calls';
import type { CallMessages } from './messages';

/** SQS hides a message for 12 hours at most: an hour before, the call gets a fresh one. */
const RENEW_AFTER_MS = 11 * 3_600_000;
/** A request that has not been answered for this share of the visibility timeout is made anew. */
const ANSWER_SHARE = 0.4;

export interface HeartbeatOptions {
  readonly calls: ActiveCalls;
  readonly messages: Pick<CallMessages, 'extend'>;
  readonly view: Pick<CallView, 'told'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
  readonly visibilitySeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Until the signal aborts: keeps the calls' messages invisible, and learns what dispatch has
 * written about the calls. The two do not wait for each other. A beat that fails is made up for
 * by the next; a lease that is lost all the same ends in a take-over, which the log's fencing
 * makes safe.
 */
export async function runHeartbeat(options: HeartbeatOptions): Promise<void> {
  await Promise.all([beat(options, extend), beat(options, learn)]);
}

async function beat(
  options: HeartbeatOptions,
  work: (options: HeartbeatOptions, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, intervalMs, visibilitySeconds, signal, calls, logger } = options;
  const limitMs = visibilitySeconds * 1000 * ANSWER_SHARE;
  let spentMs = 0;
  while (!signal.aborted) {
    await clock.sleep(Math.max(0, intervalMs - spentMs), signal);
    const begunMs = clock.monotonicMs();
    spentMs = 0;
    if (signal.aborted || calls.all().length === 0) continue;
    const over = new AbortController();
    const stop = () => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    void clock.sleep(limitMs, over.signal).then(stop);
    try {
      await work(options, over.signal);
    } catch (reason) {
      if (!signal.aborted) {
        const name = nameOf(reason);
        logger.warn({ error: name }, 'a heartbeat failed; the next one makes up for it');
      }
    } finally {
      stop();
      signal.removeEventListener('abort', stop);
    }
    spentMs = clock.monotonicMs() - begunMs;
  }
}

function nameOf(reason: unknown): string {
  if (reason instanceof CallscribeError) return reason.code;
  return reason instanceof Error ? reason.name : 'unknown error';
}

async function extend(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  const { calls, clock, messages, logger } = options;
  const held = calls.all();
  const nowMs = clock.monotonicMs();
  for (const { message, control } of held) {
    if (nowMs - message.receivedMs >= RENEW_AFTER_MS) control?.renew();
  }
  const failed = await messages.extend(
    held.map((call) => call.message),
    options.visibilitySeconds,
    signal,
  );
  if (failed > 0 && !options.signal.aborted) {
    logger.warn({ failed }, 'messages could not be kept invisible');
  }
}

async function learn(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  const calls = options.calls.all().filter((call) => call.control !== undefined);
  const callIds = calls.flatMap((call) => call.callId ?? []);
  const all = await options.view.told(callIds, signal);
  for (const call of calls) {
    const news = all.get(call.callId ?? '');
    if (news !== undefined) call.control?.learn(news);
  }
}
