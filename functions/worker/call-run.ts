import { CallscribeError } from '../../shared/errors';
import type { EndReason } from '../../shared/events';
import { FencedError } from './log/call-log';
import type { PipelineDeps } from './pipeline';
import { runWithRestarts, type RestartOptions } from './restarts';

/** `signal` aborts when the worker hands its calls over. */
export type CallRunOptions = RestartOptions;

export type CallOutcome =
  | { readonly type: 'completed'; readonly reason?: EndReason }
  | { readonly type: 'failed'; readonly error: CallscribeError }
  /** Another worker has the call: nothing of it is ours any more. */
  | { readonly type: 'fenced' }
  /** Stopped by the signal: whoever gets the message next goes on. */
  | { readonly type: 'handed-over' };

/** Runs a claimed call until its log has a terminal record, or until it is another worker's. */
export async function runCall(options: CallRunOptions, deps: PipelineDeps): Promise<CallOutcome> {
  const { request, writer, logger } = options;
  try {
    if (writer.state.startedSeq === null) {
      writer.state.startedSeq = writer.seq + 1;
      await writer.append({
        type: 'started',
        channels: writer.state.legs.map((leg) => leg.channel),
        ...(request.attributes === undefined ? {} : { attributes: request.attributes }),
        request,
      });
    }
    await runWithRestarts(options, deps);
    return { type: 'completed' };
  } catch (reason) {
    const error = CallscribeError.from(reason);
    if (error instanceof FencedError) {
      logger.warn({ code: error.code }, 'the call was taken over by another worker');
      return { type: 'fenced' };
    }
    if (options.signal.aborted) return { type: 'handed-over' };
    if (error.code === 'internal') {
      const cause = error.cause instanceof Error ? error.cause.stack : undefined;
      logger.error({ code: error.code, stack: cause?.split('\n').slice(1, 6).join(' | ') }, 'bug');
    }
    return fail(options, error);
  }
}

async function fail(options: CallRunOptions, error: CallscribeError): Promise<CallOutcome> {
  const { writer, logger } = options;
  logger.error({ code: error.code }, error.message);
  const { state } = writer;
  const marks = Object.values(state.marks).map((mark) => mark ?? 0);
  const endMs = Math.round((Math.max(0, ...marks) * 1000) / (state.sampleRateHz ?? 8000));
  try {
    await writer.append({
      type: 'failed',
      code: error.code,
      message: error.message,
      endMs,
      account: { ...state.account },
    });
  } catch (reason) {
    if (reason instanceof FencedError) return { type: 'fenced' };
    throw reason;
  }
  return { type: 'failed', error };
}
