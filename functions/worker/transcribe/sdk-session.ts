import type { AudioStream, TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import type { Clock } from '../../../shared/clock';
import { Mailbox } from '../../../shared/mailbox';
import { sessionError } from './errors';
import { startSdkStream } from './sdk-stream';
import { letGo, type SessionSettings, type TranscribeSession } from './session';
import { resultsOf, type SessionResult } from './session-result';
import { wantedOf } from './wanted-results';

/** Chunks that wait for the connection; beyond it `write` waits (C6: pull is back-pressure). */
const QUEUED_CHUNKS = 5;
/** The SDK has no connect timeout; the first event of a healthy session comes within seconds. */
const START_DEADLINE_MS = 30_000;
/**
 * After the end frame the service hears what is left and says so; silent for longer than this it
 * has forgotten us.
 */
const FLUSH_DEADLINE_MS = 60_000;

/**
 * A session over the AWS SDK, with the traps of PROTOCOLS C6 closed: nothing awaits `send()`
 * before audio flows, an early end of the results is an error, and whatever happens the audio
 * generator ends.
 */
export function openSdkSession(
  client: TranscribeStreamingClient,
  settings: SessionSettings,
  clock: Clock,
): TranscribeSession {
  const chunks = new Mailbox<Uint8Array>();
  const connection = new AbortController();
  let endFrameSent = false;
  /** When the service last said something; Infinity while that waits for its reader. */
  let heardMs = -Infinity;
  const acceptance = new AbortController();
  let accept: (accepted: boolean) => void = () => undefined;
  const accepted = new Promise<boolean>((resolve) => (accept = resolve));

  async function* audio(): AsyncGenerator<AudioStream> {
    for await (const bytes of chunks) yield { AudioEvent: { AudioChunk: bytes } };
    // Returning makes the SDK send the end frame, unless the session is over already.
    endFrameSent = !connection.signal.aborted;
    if (endFrameSent) void flushDeadline(clock.monotonicMs());
  }

  async function startDeadline(): Promise<void> {
    const stop = AbortSignal.any([connection.signal, acceptance.signal]);
    await clock.sleep(START_DEADLINE_MS, stop);
    if (!stop.aborted) abort();
  }

  async function flushDeadline(endMs: number): Promise<void> {
    while (!connection.signal.aborted) {
      await clock.sleep(FLUSH_DEADLINE_MS, connection.signal);
      if (clock.monotonicMs() - Math.max(endMs, heardMs) >= FLUSH_DEADLINE_MS) abort();
    }
  }

  function abort(): void {
    chunks.close();
    connection.abort();
  }

  async function* results(): AsyncGenerator<readonly SessionResult[]> {
    void startDeadline();
    try {
      const events = await startSdkStream(client, settings, audio(), connection.signal);
      // An abort lets `send` resolve as if the service had answered.
      if (connection.signal.aborted) throw new Error('the session was let go');
      acceptance.abort();
      accept(true);
      for await (const event of events ?? []) {
        const found = wantedOf(resultsOf(event, settings), settings);
        heardMs = Infinity;
        if (found !== undefined) yield found;
        heardMs = clock.monotonicMs();
      }
      if (connection.signal.aborted) throw new Error('the session was let go');
      if (!endFrameSent) throw new Error('the service ended the session on its own');
    } catch (reason) {
      throw connection.signal.aborted ? letGo(reason) : sessionError(reason);
    } finally {
      acceptance.abort();
      accept(false);
      abort();
    }
  }

  return {
    write: async (bytes) => {
      chunks.push(bytes);
      await chunks.drained(QUEUED_CHUNKS);
    },
    accepted,
    end: () => chunks.close(),
    abort,
    results: { [Symbol.asyncIterator]: results },
  };
}
