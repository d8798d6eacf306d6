import type { Clock } from '../../../shared/clock';
import type { Logger } from '../../../shared/logger';
import type { CallView } from '../log/call-view';
import type { ActiveCalls } from './active-calls';
import type { CallMessages } from './messages';

export interface HeartbeatOptions {
  readonly calls: ActiveCalls;
  readonly messages: CallMessages;
  readonly view: CallView;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
  readonly visibilitySeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Until the signal aborts: keeps the calls' messages invisible and learns what dispatch has
 * written of the calls: legs that came, and ends. A beat that fails is made up for by the next; a lease that is lost all the
 * same ends in a take-over, which the log's fencing makes safe.
 */
export async function runHeartbeat(options: HeartbeatOptions): Promise<void> {
  const { clock, intervalMs, signal, logger } = options;
  while (!signal.aborted) {
    await clock.sleep(intervalMs, signal);
    if (signal.aborted || options.calls.size === 0) continue;
    const beats = await Promise.allSettled([extend(options), learn(options)]);
    for (const beat of beats) {
      if (beat.status === 'fulfilled') continue;
      const name = beat.reason instanceof Error ? beat.reason.name : 'unknown error';
      logger.warn({ error: name }, 'a heartbeat failed; the next one makes up for it');
    }
  }
}

async function extend(options: HeartbeatOptions): Promise<void> {
  const held = options.calls.all().map((call) => call.message);
  const failed = await options.messages.extend(held, options.visibilitySeconds);
  if (failed > 0) options.logger.warn({ failed }, 'messages could not be kept invisible');
}

async function learn(options: HeartbeatOptions): Promise<void> {
  const calls = options.calls.all();
  const told = await options.view.told(calls.map((call) => call.callId));
  for (const { callId, control } of calls) {
    const news = told.get(callId);
    if (news !== undefined) control.learn(news);
  }
}
