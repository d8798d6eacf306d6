import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { SharedReadSockets } from '../../../functions/worker/http/shared-read-sockets';
import { LeanService } from '../../../functions/worker/transcribe/lean/lean-service';
import { openStream } from '../../../functions/worker/transcribe/lean/open-stream';
import { sessionRequest } from '../../../functions/worker/transcribe/lean/session-request';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { createNoise, interleaved, SAMPLE_RATE_HZ } from '../media/audio';
import { callIdOf, streamArnOf } from '../media/call-names';
import { serveRole } from '../process/role';

/** 200 ms of both channels, as the worker sends it. */
const CHUNK_BYTES = 6_400;
/** A piece of audio comes in one read; what is shorter are tags. */
const LEAST_PIECE_BYTES = CHUNK_BYTES / 2;

export interface ConnectionsMethods extends Record<string, (...args: never[]) => unknown> {
  start(kinesisVideo: string, transcribe: string): void;
  /** Opens both connections of one call; rejects when the session cannot be opened. */
  add(index: number): Promise<void>;
}

/**
 * What a worker cannot do without: both connections of every call, the same as the worker's, and
 * a signed frame of audio sent for every piece read. Nothing is decoded, placed, kept or stored.
 */
export function serveConnections(): void {
  const audio = interleaved(createNoise()).subarray(0, CHUNK_BYTES);
  const sockets = new SharedReadSockets();
  let kinesisVideo = '';
  let service: LeanService | undefined;
  serveRole({
    start: (mediaEndpoint: string, endpoint: string) => {
      kinesisVideo = mediaEndpoint;
      service = new LeanService(
        new TranscribeStreamingClient({
          region: LOCAL_REGION,
          endpoint,
          credentials: LOCAL_CREDENTIALS,
        }),
      );
    },
    add: async (index: number) => {
      if (service === undefined) throw new Error('not started');
      const send = await openSession(service, index, audio);
      readMedia(sockets, kinesisVideo, index, send);
    },
  } satisfies ConnectionsMethods);
}

/** Returns what sends a frame of the audio. */
async function openSession(service: LeanService, index: number, audio: Buffer) {
  const endpoint = await service.endpoint();
  const signer = await service.signer();
  const connection = service.connect(endpoint.origin);
  connection.on('error', fail);
  const request = sessionRequest({
    sampleRateHz: SAMPLE_RATE_HZ,
    channelCount: 2,
    language: 'en-US',
    partials: false,
    options: { vocabularyFilterName: callIdOf(index) },
  });
  const signing = { signer, stock: service.stock, epochMs: Date.now() };
  const { stream, frames } = openStream(connection, endpoint, request, signing);
  stream.on('error', fail);
  stream.on('data', () => undefined);
  return () => {
    const frame = frames.audio(audio, Date.now());
    stream.write(frame.bytes, frame.sent);
  };
}

/** Reads one call's stream from its beginning. */
function readMedia(
  sockets: SharedReadSockets,
  endpoint: string,
  index: number,
  onPiece: () => void,
) {
  const url = new URL('/getMedia', endpoint);
  const body = JSON.stringify({
    StreamARN: streamArnOf(index),
    StartSelector: { StartSelectorType: 'EARLIEST' },
  });
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  const socket = sockets.open(url, {
    onReady: () => void socket.write(`${head.join('\r\n')}\r\n\r\n${body}`),
    onBytes: (_bytes, length) => {
      if (length >= LEAST_PIECE_BYTES) onPiece();
    },
    onPeerEnd: () => fail(new Error('the stream ended')),
    onClosed: (failure) => fail(failure),
  });
}

function fail(reason: unknown): never {
  throw reason instanceof Error ? reason : new Error('a connection was closed');
}
