import type { Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { OpenSession, TranscribeSession } from '../worker/transcribe/session';
import type { SessionResult } from '../worker/transcribe/session-result';

/** What refuses a first session is mostly a setting, and somebody waits to hear of it. */
const START_PATIENCE_MS = 5_000;
/** A session that lived so long shows that the service is there. */
const LASTING_MS = 10_000;

export interface Patience {
  /** How long sessions may fail one after the other before the last failure is thrown. */
  readonly patienceMs: number;
  readonly clock: Clock;
  /** Told every failure that another session is going to heal. */
  onRetry?(reason: CallscribeError): void;
}

/**
 * Sessions whose failures become final when nothing gets better: a worker waits for hours, because
 * the audio waits in Kinesis; here somebody waits for an answer. Refused credentials are final
 * unless a session has been accepted with them before.
 */
export function patientSessions(open: OpenSession, patience: Patience): OpenSession {
  const { clock, patienceMs } = patience;
  let isAccepted = false;
  let failingSinceMs: number | undefined;

  function judged(error: CallscribeError, livedMs: number): CallscribeError {
    if (!error.retryable) return error;
    const nowMs = clock.monotonicMs();
    if (isAccepted && livedMs >= LASTING_MS) failingSinceMs = undefined;
    failingSinceMs ??= nowMs;
    const allowedMs = isAccepted || error.code === 'quota-exceeded' ? patienceMs : startMs(error);
    if (nowMs - failingSinceMs < allowedMs) {
      patience.onRetry?.(error);
      return error;
    }
    const { code, message, cause, context, failure } = error;
    return new CallscribeError(code, message, { cause, context, failure });
  }

  function startMs(error: CallscribeError): number {
    return error.code === 'access-denied' ? 0 : Math.min(START_PATIENCE_MS, patienceMs);
  }

  async function* results(session: TranscribeSession): AsyncGenerator<readonly SessionResult[]> {
    const openedMs = clock.monotonicMs();
    try {
      for await (const found of session.results) {
        failingSinceMs = undefined;
        yield found;
      }
      failingSinceMs = undefined;
    } catch (reason) {
      throw judged(CallscribeError.from(reason), clock.monotonicMs() - openedMs);
    }
  }

  return (settings) => {
    const session = open(settings);
    void session.accepted.then((accepted) => {
      isAccepted ||= accepted;
    });
    return {
      write: (bytes) => session.write(bytes),
      accepted: session.accepted,
      end: () => session.end(),
      abort: () => session.abort(),
      results: { [Symbol.asyncIterator]: () => results(session) },
    };
  };
}
