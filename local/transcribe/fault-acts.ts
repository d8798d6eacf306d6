import { faultException } from './fault-exceptions';
import type { DueFault } from './fault-plan';
import { numberSetting, textSetting } from './fault-plan';
import { EMPTY_TRANSCRIPT_EVENT, encodeErrorMessage, encodeException } from './results';
import { internalFailure } from './service-exception';
import type { TranscribeSession } from './session';

const INTERNAL_ERROR = 2;
const RESULTS_DELAY_MS = 8000;
/** Time for the GOAWAY frame to leave before its connection goes. */
const GOAWAY_LEAD_MS = 50;

/** Commits a fault on a session, now. */
export function commitFault({ kind, fault }: DueFault, session: TranscribeSession): void {
  if (session.ended) return;
  const { stream, record, resetConnection } = session.start;
  record.faults.push(kind);
  const code = numberSetting(fault, 'code', INTERNAL_ERROR);
  const exception = faultException(kind, fault, session.clock.nowMs());
  if (exception !== undefined) return session.fail(exception);
  switch (kind) {
    case 'exception-with-event-type':
      return session.failWith(kind, encodeException(internalFailure(), ':event-type'));
    case 'unmodelled-error': {
      const name = textSetting(fault, 'code', 'InternalError');
      const message = textSetting(fault, 'message', 'An internal server error occurred');
      return session.failWith(kind, encodeErrorMessage(name, message));
    }
    case 'rst-stream':
      session.cut(kind);
      stream.close(code);
      return;
    case 'fin':
      session.cut(kind);
      stream.end();
      stream.resume();
      return;
    case 'tcp-reset':
      session.cut(kind);
      resetConnection();
      return;
    case 'goaway':
      stream.session?.goaway(0);
      return;
    case 'goaway-error': {
      session.cut(kind);
      const connection = stream.session;
      connection?.goaway(code);
      session.clock.setTimer(() => connection?.destroy(), GOAWAY_LEAD_MS);
      return;
    }
    case 'truncated-event': {
      session.cut(kind);
      const half = EMPTY_TRANSCRIPT_EVENT.subarray(0, EMPTY_TRANSCRIPT_EVENT.length / 2);
      stream.write(half, () => stream.close(INTERNAL_ERROR));
      return;
    }
    case 'corrupt-event': {
      const event = Buffer.from(EMPTY_TRANSCRIPT_EVENT);
      event.writeUInt32BE((event.readUInt32BE(event.length - 4) ^ 1) >>> 0, event.length - 4);
      session.outbox.send(event);
      return;
    }
    case 'stall':
      session.outbox.drop();
      return;
    case 'results-late':
      session.outbox.delayMs = numberSetting(fault, 'delayMs', RESULTS_DELAY_MS);
      return;
    default:
      // Every other kind is an exception, thrown above.
      return;
  }
}
