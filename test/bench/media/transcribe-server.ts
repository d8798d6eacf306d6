import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http2';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { listenLocally } from '../../../local/stand-in';
import { createTonesEngine } from '../../../local/recognisers/tones';
import type { CallAudio } from './audio';
import { interleaved } from './audio';
import { callIndexOf } from './call-names';
import type { BenchCall } from './call-clock';
import { Http2Connection } from './http2-connection';
import type { ServedStream, StreamListener } from './http2-connection';
import type { Measures } from './measures';
import { ScriptResults } from './script-results';
import { CHANNEL_IDS, ServedSession } from './served-session';
import type { SharedBySessions } from './served-session';

/** A call gives its id as the name of a vocabulary filter: that comes with its sessions. */
const PREFIX = 'x-amzn-transcribe-';
const NOBODY: StreamListener = {
  data: () => undefined,
  end: () => undefined,
  closed: () => undefined,
};

export interface TranscribeServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly noise: CallAudio;
  readonly tones: CallAudio;
  readonly measures: Measures;
  /** Results are sent; without them only the audio is taken. */
  readonly speaks: boolean;
  callOf(index: number): BenchCall | undefined;
}

export interface TranscribeCounts {
  active: number;
  opened: number;
  /** Sessions that a call began after its first; what they hear is not compared. */
  again: number;
  /** Frames that were no audio as it was sent: wrong bytes, or a place that they do not belong. */
  wrong: number;
  broken: number;
  completed: number;
}

export interface TranscribeServer {
  readonly url: string;
  readonly counts: TranscribeCounts;
  close(): void;
}

/**
 * StartStreamTranscription for thousands of sessions on one core. Every frame's framing is
 * checked, and every byte of audio compared with what was sent into Kinesis Video. Calls of tones
 * are heard by the recogniser of tones, with their signatures checked; the others get the script.
 */
export async function startTranscribeServer(
  options: TranscribeServerOptions,
): Promise<TranscribeServer> {
  const counts = { active: 0, opened: 0, again: 0, wrong: 0, broken: 0, completed: 0 };
  const shared = createShared(options, counts);
  const connections = new Set<Http2Connection>();
  const accept = (socket: Socket) => {
    const connection = new Http2Connection(socket, (stream, headers) =>
      openSession(stream, headers, shared),
    );
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  };
  const server = options.tls
    ? createTlsServer({ ...options.tls, ALPNProtocols: ['h2'] }, accept)
    : createServer(accept);
  const url = await listenLocally(server, 0, options.tls ? 'https' : 'http');
  return {
    url,
    counts,
    close: () => {
      for (const connection of connections) connection.destroy();
      server.close();
    },
  };
}

function createShared(
  options: TranscribeServerOptions,
  counts: TranscribeCounts,
): SharedBySessions {
  return {
    counts,
    measures: options.measures,
    speaks: options.speaks,
    callOf: (index) => options.callOf(index),
    noise: interleaved(options.noise),
    tones: interleaved(options.tones),
    script: CHANNEL_IDS.map((channelId) => new ScriptResults(channelId)),
    tonesEngine: createTonesEngine(),
    heardCalls: new Set(),
  };
}

function openSession(
  stream: ServedStream,
  headers: IncomingHttpHeaders,
  shared: SharedBySessions,
): StreamListener {
  const index = callIndexOf(String(headers[`${PREFIX}vocabulary-filter-name`]));
  const call = shared.callOf(index);
  const isStereo = headers[`${PREFIX}number-of-channels`] === String(CHANNEL_IDS.length);
  if (call === undefined || !isStereo || headers[`${PREFIX}sample-rate`] !== '8000') {
    stream.respond(400, { 'x-amzn-errortype': 'BadRequestException' });
    stream.end();
    return NOBODY;
  }
  const sessionId = headers[`${PREFIX}session-id`];
  stream.respond(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-request-id': randomUUID(),
    [`${PREFIX}session-id`]: typeof sessionId === 'string' ? sessionId : randomUUID(),
  });
  return new ServedSession(stream, call, headers, shared);
}
