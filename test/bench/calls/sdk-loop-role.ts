import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';
import type { AudioStream } from '@aws-sdk/client-transcribe-streaming';

import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { createNoise, createTones, interleaved } from '../media/audio';
import { callIdOf, isToneCall } from '../media/call-names';
import { PIECE_MS } from '../media/pieces';
import { machineMs, sleep } from '../process/clock';
import { serveRole } from '../process/role';

/** 200 ms of both channels, as the worker sends it. */
const CHUNK_BYTES = 6_400;

export interface SdkLoopMethods extends Record<string, (...args: never[]) => unknown> {
  start(endpoint: string): void;
  /** Opens one session and sends the call's audio into it, in real time, until the end. */
  add(index: number): void;
}

/**
 * What there is without callscribe: the AWS SDK for JavaScript, a session per call, audio out of
 * memory every 200 ms; no reading, no results, no store.
 */
export function serveSdkLoop(): void {
  const noise = interleaved(createNoise());
  const tones = interleaved(createTones());
  let client: TranscribeStreamingClient | undefined;
  serveRole({
    start: (endpoint: string) => {
      client = new TranscribeStreamingClient({
        region: LOCAL_REGION,
        endpoint,
        credentials: LOCAL_CREDENTIALS,
      });
    },
    add: (index: number) => {
      void send(client, index, isToneCall(index) ? tones : noise);
    },
  } satisfies SdkLoopMethods);
}

async function send(
  client: TranscribeStreamingClient | undefined,
  index: number,
  loop: Buffer,
): Promise<void> {
  const response = await client?.send(
    new StartStreamTranscriptionCommand({
      MediaEncoding: 'pcm',
      MediaSampleRateHertz: 8_000,
      LanguageCode: 'en-US',
      EnableChannelIdentification: true,
      NumberOfChannels: 2,
      VocabularyFilterName: callIdOf(index),
      AudioStream: chunks(loop),
    }),
  );
  for await (const _event of response?.TranscriptResultStream ?? []) {
    // The empty one that opens a session is all that comes.
  }
}

async function* chunks(loop: Buffer): AsyncGenerator<AudioStream> {
  const startMs = machineMs();
  for (let sent = 1, at = 0; ; sent++) {
    const waitMs = startMs + sent * PIECE_MS - machineMs();
    if (waitMs > 0) await sleep(waitMs);
    yield { AudioEvent: { AudioChunk: loop.subarray(at, at + CHUNK_BYTES) } };
    at = (at + CHUNK_BYTES) % loop.length;
  }
}
