import { randomUUID } from 'node:crypto';
import { createSecureServer, createServer } from 'node:http2';
import type { IncomingHttpHeaders, Http2Session, ServerHttp2Stream } from 'node:http2';

import { listenLocally } from '../../../local/stand-in';
import { createTonesEngine } from '../../../local/recognisers/tones';
import type { CallAudio } from './audio';
import { interleaved } from './audio';
import { callIndexOf } from './call-names';
import type { BenchCall } from './call-clock';
import type { Measures } from './measures';
import { ScriptResults } from './script-results';
import { CHANNEL_IDS, ServedSession } from './served-session';
import type { SharedBySessions } from './served-session';

/** Large, so that windows never close and hardly ever have to be opened: 2 GB. */
const WINDOW_BYTES = 2 ** 31 - 1;
/** A call gives its id as the name of a vocabulary filter: that comes with its sessions. */
const PREFIX = 'x-amzn-transcribe-';
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
  const settings = { settings: { initialWindowSize: WINDOW_BYTES } };
  const server = options.tls
    ? createSecureServer({ ...settings, ...options.tls, ALPNProtocols: ['h2'] })
    : createServer(settings);
  const connections = new Set<Http2Session>();
  server.on('session', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    connection.on('error', () => undefined);
    connection.setLocalWindowSize(WINDOW_BYTES);
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    openSession(stream, headers, shared);
  });
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
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  shared: SharedBySessions,
): void {
  const index = callIndexOf(String(headers[`${PREFIX}vocabulary-filter-name`]));
  const call = shared.callOf(index);
  const isStereo = headers[`${PREFIX}number-of-channels`] === String(CHANNEL_IDS.length);
  if (call === undefined || !isStereo || headers[`${PREFIX}sample-rate`] !== '8000') {
    stream.respond({ ':status': 400, 'x-amzn-errortype': 'BadRequestException' });
    stream.end('{"Message":"no such call"}');
    return;
  }
  stream.respond({
    ':status': 200,
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-request-id': randomUUID(),
    [`${PREFIX}session-id`]: headers[`${PREFIX}session-id`] ?? randomUUID(),
  });
  new ServedSession(stream, call, headers, shared);
}
