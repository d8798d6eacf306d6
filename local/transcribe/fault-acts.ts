import type { DueFault } from './fault-kinds';
import { numberSetting } from './fault-kinds';
import { EMPTY_TRANSCRIPT_EVENT } from './results';
import {
  idleTimeout,
  internalFailure,
  limitExceeded,
  serviceUnavailable,
  signatureExpired,
  streamTooBig,
  superseded,
} from './service-exception';
import type { TranscribeSession } from './session';

const INTERNAL_ERROR = 2;
const RESULTS_DELAY_MS = 8000;
const REAL_IDLE_MS = 15_000;
/** Time for the GOAWAY frame to leave before its connection goes. */
const GOAWAY_LEAD_MS = 50;

/** Commits a fault on a session, now. */
export function commitFault({ kind, fault }: DueFault, session: TranscribeSession): void {
  if (session.ended) return;
  const { stream, record, resetConnection } = session.start;
  record.faults.push(kind);
  const code = numberSetting(fault, 'code', INTERNAL_ERROR);
  switch (kind) {
    case 'internal-failure':
      return session.fail(internalFailure());
    case 'service-unavailable':
      return session.fail(serviceUnavailable());
    case 'limit-exceeded':
      return session.fail(limitExceeded('You have reached your limit of concurrent streams.'));
    case 'conflict':
      return session.fail(superseded());
    case 'bad-request-idle':
      return session.fail(idleTimeout(REAL_IDLE_MS));
    case 'bad-request-too-big':
      return session.fail(streamTooBig());
    case 'signature-expired':
      return session.fail(signatureExpired(session.clock.nowMs()));
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
    case 'stall':
      session.outbox.drop();
      return;
    case 'results-late':
      session.outbox.delayMs = numberSetting(fault, 'delayMs', RESULTS_DELAY_MS);
      return;
  }
}
