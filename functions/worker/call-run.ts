import { CallscribeError } from '../../shared/errors';
import { failedFact } from './failed-fact';
import { FencedError } from './log/call-log';
import type { CallWriter } from './log/call-writer';
import type { PipelineDeps } from './pipeline';
import { requireRequestOptions } from './request-options';
import { runWithRestarts, type RestartOptions } from './restarts';

/** Frames of a bug's stack that tell where it is; the first line could quote data. */
const STACK_FRAMES = 5;

/** `signal` aborts when the call is to be handed over. */
export type CallRunOptions = RestartOptions;

export type CallOutcome =
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: CallscribeError }
  /** Another worker has the call: nothing of it is ours any more. */
  | { readonly type: 'fenced' }
  /** Stopped by the signal: whoever gets the message next goes on. */
  | { readonly type: 'handed-over' };

/**
 * Runs a claimed call until its log has a terminal record, or until it is another worker's.
 * Throws when even `failed` cannot be appended.
 */
export async function runCall(options: CallRunOptions, deps: PipelineDeps): Promise<CallOutcome> {
  const { request, writer, logger, signal } = options;
  try {
    if (writer.state.startedSeq === null) {
      requireRequestOptions(request, deps.config);
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
    if (signal.aborted) return letGo(writer);
    if (error.code === 'internal') {
      const cause = error.cause instanceof Error ? error.cause.stack : undefined;
      const stack = cause
        ?.split('\n')
        .slice(1, 1 + STACK_FRAMES)
        .join(' | ');
      logger.error({ code: error.code, stack }, 'a bug ends the call');
    }
    return fail(options, error);
  }
}

/** Says what the pipeline may not have come to say: that whoever comes first may go on. */
async function letGo(writer: CallWriter): Promise<CallOutcome> {
  try {
    if (!writer.state.released) {
      writer.state.released = true;
      await writer.append({ type: 'checkpoint' });
    }
  } catch (reason) {
    if (reason instanceof FencedError) return { type: 'fenced' };
    // Whoever gets the message waits until this worker is gone.
  }
  return { type: 'handed-over' };
}

async function fail(options: CallRunOptions, error: CallscribeError): Promise<CallOutcome> {
  const { writer, logger } = options;
  logger.error({ code: error.code }, error.message);
  try {
    await writer.append(failedFact(writer.state, error.code, error.message));
  } catch (reason) {
    if (reason instanceof FencedError) return { type: 'fenced' };
    throw reason;
  }
  return { type: 'failed', error };
}
