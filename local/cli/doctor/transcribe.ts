import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { leanSessions } from '../../../functions/worker/transcribe/lean/open-lean-session';
import type { TranscribeSession } from '../../../functions/worker/transcribe/session';
import { Ticker, systemClock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { ok, type Result } from './finding';
import type { Patient } from './patient';

const SAMPLE_RATE_HZ = 8_000;
/** No rate that anybody takes: the request is refused once we are known, and nothing is billed. */
const IMPOSSIBLE_RATE_HZ = 1;
const CHUNK_BYTES = 3_200;
const CHUNKS_OF_A_SECOND = 5;
const TICK_MS = 500;

/**
 * Starts a session that the service has to refuse for its options: whoever is not let in is told
 * so before. With `billable`: a real session with a second of silence.
 */
export async function checkTranscribe(patient: Patient, signal: AbortSignal): Promise<Result> {
  const client = new TranscribeStreamingClient(patient.settings('transcribe'));
  const ticker = new Ticker(TICK_MS, systemClock);
  const open = leanSessions({ client, clock: systemClock, ticker });
  const sampleRateHz = patient.billable ? SAMPLE_RATE_HZ : IMPOSSIBLE_RATE_HZ;
  const session = open({ sampleRateHz, channelCount: 1, language: 'en-US', options: {} });
  const abort = () => session.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (patient.billable) await sayNothing(session);
    for await (const _ of session.results);
    return ok(
      patient.billable
        ? 'heard a second of silence, which is billed as 15 s'
        : 'took a session that it should have refused',
    );
  } catch (reason) {
    if (patient.billable || CallscribeError.from(reason).code !== 'session-refused') throw reason;
    return ok('lets us in (it refused, as meant, a session that nobody could hold; not billed)');
  } finally {
    signal.removeEventListener('abort', abort);
    session.abort();
    client.destroy();
  }
}

async function sayNothing(session: TranscribeSession): Promise<void> {
  for (let chunk = 0; chunk < CHUNKS_OF_A_SECOND; chunk++) {
    await session.write(new Uint8Array(CHUNK_BYTES));
  }
  session.end();
}
