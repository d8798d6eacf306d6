import { randomUUID } from 'node:crypto';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { createSecureServer, createServer } from 'node:http2';
import type { Socket } from 'node:net';

import type { FaultBoard } from '../faults/fault-board';
import type { RecogniserEngine } from '../recognisers/recogniser';
import type { StandIn } from '../stand-in';
import { listenLocally, LOCAL_CREDENTIALS } from '../stand-in';
import type { SessionRecord, TranscribeCounters } from './account';
import { Account } from './account';
import type { Admitted } from './admission';
import { Admission } from './admission';
import { CallAnalyst } from './call-analyst';
import type { StandInClock } from './clock';
import { systemClock } from './clock';
import { FIRST_EVENT_LATE } from './fault-kinds';
import { FaultPlan, numberSetting } from './fault-plan';
import { Silence } from './refusals';
import type { Lexicon } from './lexicon';
import { withDefaults } from './lexicon';
import type { TranscribeLimits } from './limits';
import { DEFAULT_LIMITS } from './limits';
import { Deinterleaver } from './pcm';
import { HEADER_PREFIX, membersOf } from './request-headers';
import { ResumeWindows } from './resume-windows';
import { internalFailure, ServiceException, superseded } from './service-exception';
import type { SessionContext } from './session';
import { TranscribeSession } from './session';
import type { LocalCredentials } from './sigv4';

const FIRST_EVENT_DELAY_MS = 12_000;
/** A refused client that goes on sending is cut off after this long. */
const REFUSAL_LINGER_MS = 5000;
const HTTP2_NO_ERROR = 0;

export interface TranscribeOptions {
  /** Listens behind the service; the caller closes it. */
  readonly engine: RecogniserEngine;
  /** A free one by default. */
  readonly port?: number;
  /** PEM; serves HTTP/2 over TLS (ALPN `h2`) instead of cleartext. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly credentials?: readonly LocalCredentials[];
  /** SigV4 of the request, default true. */
  readonly verifyRequests?: boolean;
  /** The chain of signatures of the frames, default true; implies `verifyRequests`. */
  readonly verifyFrames?: boolean;
  readonly limits?: Partial<TranscribeLimits>;
  /** Seconds of audio heard per second at most; default without bound. */
  readonly processingSpeed?: number;
  readonly faults?: FaultBoard;
  readonly clock?: StandInClock;
  /** What it knows of words; see DEFAULT_LEXICON for what it knows anyway. */
  readonly lexicon?: Lexicon;
  /** Session, request and result ids. */
  readonly randomId?: () => string;
}

export interface TranscribeStandIn extends StandIn {
  counters(): TranscribeCounters;
  /** The last 10,000 sessions, oldest first. */
  sessions(): SessionRecord[];
  /** Refuses every other key from now on; running sessions go on. */
  setCredentials(credentials: readonly LocalCredentials[]): void;
}

/**
 * Amazon Transcribe's StartStreamTranscription over HTTP/2 on 127.0.0.1, as PROTOCOLS C and D
 * describe it. An AWS SDK client needs only the endpoint and the credentials.
 */
export async function startTranscribe(options: TranscribeOptions): Promise<TranscribeStandIn> {
  const service = new TranscribeService(options);
  const server = options.tls
    ? createSecureServer({ ...options.tls, ALPNProtocols: ['h2'] })
    : createServer();
  server.on('connection', (socket: Socket) => service.onConnection(socket));
  server.on('session', (session) => service.onSession(session));
  server.on('stream', (stream, headers) => service.onStream(stream, headers));
  const url = await listenLocally(server, options.port, options.tls ? 'https' : 'http');
  return {
    url,
    counters: () => service.account.counters(),
    sessions: () => service.account.sessions(),
    setCredentials: (credentials) => service.admission.setCredentials(credentials),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        service.close();
      }),
  };
}

class TranscribeService {
  readonly account = new Account();
  readonly admission: Admission;
  readonly #context: SessionContext;
  readonly #sockets = new Map<number | undefined, Socket>();
  readonly #connections = new Set<Http2Session>();
  readonly #sessions = new Map<string, TranscribeSession>();
  readonly #windows = new ResumeWindows();
  readonly #streamsOn = new WeakMap<Http2Session, number>();
  readonly #faults: FaultBoard | undefined;

  constructor(options: TranscribeOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const clock = options.clock ?? systemClock;
    this.#faults = options.faults;
    this.admission = new Admission({
      credentials: options.credentials ?? [LOCAL_CREDENTIALS],
      verifyRequests: options.verifyRequests ?? true,
      verifyFrames: options.verifyFrames ?? true,
      limits,
      clock,
      faults: options.faults,
    });
    const lexicon = withDefaults(options.lexicon);
    this.#context = {
      lexicon,
      analyst: new CallAnalyst(lexicon),
      engine: options.engine,
      limits,
      clock,
      account: this.account,
      deinterleaver: new Deinterleaver(),
      randomId: options.randomId ?? randomUUID,
      processingSpeed: options.processingSpeed ?? Infinity,
    };
  }

  onConnection(socket: Socket): void {
    const { remotePort } = socket;
    this.#sockets.set(remotePort, socket);
    socket.once('close', () => this.#sockets.delete(remotePort));
  }

  onSession(connection: Http2Session): void {
    this.#connections.add(connection);
    connection.once('close', () => this.#connections.delete(connection));
    // Clients that vanish are seen by the sessions of their streams.
    connection.on('error', () => undefined);
  }

  onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => undefined);
    const { clock, randomId } = this.#context;
    const requestId = randomId();
    try {
      const streamsOnConnection = this.#countStream(stream);
      const admitted = this.admission.admit(headers, {
        activeStreams: this.account.active,
        streamsOnConnection,
        isSessionTaken: (sessionId) =>
          this.#sessions.has(sessionId) && !this.#windows.isOpen(sessionId, clock.monotonicMs()),
      });
      this.#openSession(stream, requestId, admitted, membersOf(headers));
    } catch (reason) {
      this.account.refuse();
      if (reason instanceof Silence) {
        this.#refuseSilently(stream, reason);
        return;
      }
      const exception = reason instanceof ServiceException ? reason : internalFailure();
      this.#refuse(stream, requestId, exception);
    }
  }

  close(): void {
    for (const session of this.#sessions.values()) session.cut('closed');
    for (const connection of this.#connections) connection.destroy();
  }

  /** How many other streams the connection has. */
  #countStream(stream: ServerHttp2Stream): number {
    const connection = stream.session;
    if (!connection) return 0;
    const others = this.#streamsOn.get(connection) ?? 0;
    this.#streamsOn.set(connection, others + 1);
    stream.once('close', () => {
      this.#streamsOn.set(connection, (this.#streamsOn.get(connection) ?? 1) - 1);
    });
    return others;
  }

  #openSession(
    stream: ServerHttp2Stream,
    requestId: string,
    admitted: Admitted,
    headers: Readonly<Record<string, string>>,
  ): void {
    const { clock, randomId } = this.#context;
    const { settings, verifier } = admitted;
    const sessionId = settings.sessionId ?? randomId();
    this.#sessions.get(sessionId)?.fail(superseded());
    if (settings.resumeWindowMinutes !== undefined) {
      this.#windows.open(sessionId, settings.resumeWindowMinutes, clock.monotonicMs());
    }
    stream.respond({
      ':status': 200,
      'content-type': 'application/vnd.amazon.eventstream',
      ...this.#commonHeaders(requestId),
      ...settings.echo,
      [`${HEADER_PREFIX}session-id`]: sessionId,
    });
    const record: SessionRecord = {
      sessionId,
      requestId,
      openedAtMs: clock.nowMs(),
      sampleRateHz: settings.sampleRateHz,
      channelCount: settings.channelIds.length,
      operation: settings.operation,
      headers,
      audioMs: 0,
      audioBytes: 0,
      faults: [],
    };
    this.account.open(record);
    const socket = this.#socketOf(stream);
    const session = new TranscribeSession(this.#context, {
      stream,
      settings,
      record,
      verifier,
      faults: new FaultPlan(this.#faults, sessionId),
      firstEventDelayMs: this.#firstEventDelayMs(record),
      resetConnection: () => socket?.resetAndDestroy(),
      onEnd: () => this.#sessions.delete(sessionId),
    });
    this.#sessions.set(sessionId, session);
    session.open();
  }

  #socketOf(stream: ServerHttp2Stream): Socket | undefined {
    return this.#sockets.get(stream.session?.socket.remotePort);
  }

  #refuseSilently(stream: ServerHttp2Stream, { manner }: Silence): void {
    stream.resume();
    if (manner === 'reset') this.#socketOf(stream)?.resetAndDestroy();
    if (manner !== 'bad-gateway') return;
    stream.respond({ ':status': 502, 'content-type': 'text/html' });
    stream.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
  }

  #firstEventDelayMs(record: SessionRecord): number {
    const fault = this.#faults?.strike(FIRST_EVENT_LATE, record.sessionId);
    if (!fault) return 0;
    record.faults.push(FIRST_EVENT_LATE);
    return numberSetting(fault, 'delayMs', FIRST_EVENT_DELAY_MS);
  }

  #refuse(stream: ServerHttp2Stream, requestId: string, exception: ServiceException): void {
    if (stream.destroyed) return;
    stream.respond({
      ':status': exception.httpStatus,
      'content-type': 'application/json',
      'x-amzn-errortype': exception.name,
      ...this.#commonHeaders(requestId),
    });
    stream.end(JSON.stringify({ Message: exception.message }));
    // Resetting at once could overtake the answer; the audio is discarded instead.
    stream.resume();
    const { clock } = this.#context;
    const cancel = clock.setTimer(() => stream.close(HTTP2_NO_ERROR), REFUSAL_LINGER_MS);
    stream.once('close', cancel);
  }

  #commonHeaders(requestId: string): Record<string, string> {
    return {
      'x-amzn-request-id': requestId,
      date: new Date(this.#context.clock.nowMs()).toUTCString(),
    };
  }
}
