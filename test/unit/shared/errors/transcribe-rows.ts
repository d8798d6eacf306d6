import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
  type StartStreamTranscriptionCommandInput,
} from '@aws-sdk/client-transcribe-streaming';

import { LeanService } from '../../../../functions/worker/transcribe/lean/lean-service';
import { LeanSession } from '../../../../functions/worker/transcribe/lean/lean-session';
import { sessionRequest } from '../../../../functions/worker/transcribe/lean/session-request';
import { openSdkSession } from '../../../../functions/worker/transcribe/sdk-session';
import type { TranscribeSession } from '../../../../functions/worker/transcribe/session';
import { FaultBoard, type Fault } from '../../../../local/faults/fault-board';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import { systemClock as standInClock } from '../../../../local/transcribe/clock';
import type { TranscribeOptions } from '../../../../local/transcribe/transcribe';
import { Ticker, systemClock } from '../../../../shared/clock';
import { sleep, TestBench, type ClientOptions } from '../../local-transcribe/sdk-client';
import { selfSigned } from '../../local-transcribe/self-signed';
import type { Row } from './row';
import { thrownBy } from './row';

const SETTINGS = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;
const SIX_MINUTES_MS = 360_000;
const CHUNK = new Uint8Array(1600);
const ignore = () => undefined;
/** The SDK warns of streams that fail, which is what this is for. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
const BAD_REQUEST = 'BadRequestException';

const HOST = '127.0.0.1';
const ABORTED = 'transcribe-connection-aborted';

type Members = Partial<Omit<StartStreamTranscriptionCommandInput, 'AudioStream'>>;
export type SessionPath = 'sdk' | 'lean';
export const SESSION_PATHS: readonly SessionPath[] = ['sdk', 'lean'];

interface Scene {
  readonly standIn?: Partial<TranscribeOptions>;
  readonly client?: ClientOptions;
  /** A fault before the stream or, with `afterMs`, inside it. */
  readonly fault?: {
    readonly kind: string;
    readonly inside?: boolean;
    readonly settings?: Fault['settings'];
  };
  readonly members?: Members;
  /** In place of audio without end in chunks of 100 ms. */
  readonly audio?: (session: TranscribeSession) => Promise<void>;
}

/** Sessions of both kinds against the stand-in; `close` ends what they opened. */
export class SessionStage {
  readonly #bench = new TestBench();
  readonly #ticker = new Ticker(50, systemClock);

  constructor(private readonly path: SessionPath) {}

  /** What a session on this scene ends with. */
  async failureOf(scene: Scene): Promise<unknown> {
    const faults = new FaultBoard();
    const { kind, inside = false, settings } = scene.fault ?? {};
    const afterMs = inside ? 200 : 0;
    if (kind !== undefined) faults.arm({ kind, settings: { afterMs, ...settings } });
    const standIn = await this.#bench.start({ faults, ...scene.standIn });
    return this.failureWith(this.#bench.client(standIn, scene.client), scene);
  }

  async failureWith(client: TranscribeStreamingClient, scene: Scene = {}): Promise<unknown> {
    const session = this.#open(client, scene.members ?? {});
    const heard = (async () => {
      for await (const _ of session.results);
    })();
    let isOver = false;
    const failure = thrownBy(heard).finally(() => (isOver = true));
    const speak = scene.audio ?? ((to) => speakOn(to, () => isOver));
    const [reason] = await Promise.all([failure, speak(session)]);
    return reason;
  }

  close(): Promise<void> {
    return this.#bench.close();
  }

  #open(client: TranscribeStreamingClient, members: Members): TranscribeSession {
    if (this.path === 'lean') {
      const request = sessionRequest(SETTINGS);
      return new LeanSession(
        { ...request, members: { ...request.members, ...(members as typeof request.members) } },
        { service: new LeanService(client), clock: systemClock, ticker: this.#ticker },
      );
    }
    const withMembers = {
      send: (command: StartStreamTranscriptionCommand, options: object) =>
        client.send(new StartStreamTranscriptionCommand({ ...command.input, ...members }), options),
    } as unknown as TranscribeStreamingClient;
    return openSdkSession(withMembers, SETTINGS, systemClock);
  }
}

async function speakOn(session: TranscribeSession, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await session.write(CHUNK);
    await sleep(10);
  }
}

/** One row for each failure of a Transcribe session, for one way of holding it. */
export function transcribeRows(stage: SessionStage, path: SessionPath): Row[] {
  const isLean = path === 'lean';
  const row = (failure: string, name: Row['name'], provoke: () => Promise<unknown>): Row => ({
    failure,
    service: 'transcribe',
    name,
    provoke,
  });
  const scene = (failure: string, name: Row['name'], what: Scene): Row =>
    row(failure, name, () => stage.failureOf(what));
  const refused = (failure: string, members: Members): Row =>
    scene(failure, BAD_REQUEST, { members });
  const fault = (
    failure: string,
    name: Row['name'],
    kind: string,
    settings: Fault['settings'] = {},
  ): Row =>
    scene(failure, name, { fault: { kind, settings, inside: !kind.startsWith('refuse-') } });
  const saying = (failure: string, message: string): Row =>
    fault(failure, BAD_REQUEST, 'bad-request', { message });
  const shifted = (byMs: () => number) => ({
    ...standInClock,
    nowMs: () => Date.now() + byMs(),
  });
  const write = (bytes: number) => async (session: TranscribeSession) => {
    await session.write(new Uint8Array(bytes));
  };
  return [
    scene('transcribe-no-audio', BAD_REQUEST, {
      standIn: { limits: { idleMs: 100 } },
      audio: write(1600),
    }),
    scene('transcribe-frame-too-big', BAD_REQUEST, { audio: write(16_002) }),
    fault('transcribe-no-end-frame', BAD_REQUEST, 'bad-request-no-end-frame'),
    fault('transcribe-frame-too-old', BAD_REQUEST, 'signature-expired'),
    row('transcribe-frame-too-new', BAD_REQUEST, () => {
      let byMs = 0;
      setTimeout(() => (byMs = -SIX_MINUTES_MS), 200);
      return stage.failureOf({ standIn: { clock: shifted(() => byMs) } });
    }),
    saying('transcribe-frame-signature', 'The request signature we calculated does not match.'),
    scene('transcribe-undecodable-audio', BAD_REQUEST, { audio: write(1601) }),
    saying('transcribe-undecodable-audio', 'We could not decode the audio stream.'),
    fault('transcribe-websocket-frame', BAD_REQUEST, 'bad-request-websocket-frame'),
    refused('transcribe-sample-rate', { MediaSampleRateHertz: 4000 }),
    refused('transcribe-encoding', { MediaEncoding: 'mp3' as 'pcm' }),
    refused('transcribe-vocabulary', { VocabularyNames: 'one,two' }),
    refused('transcribe-language-model', { LanguageModelName: 'no such name!' }),
    refused('transcribe-pii', { PiiEntityTypes: 'NAME' }),
    refused('transcribe-language', { LanguageCode: 'xx-XX' as 'en-US' }),
    refused('transcribe-channels', { NumberOfChannels: 2 }),
    refused('transcribe-session-id', { SessionId: 'one' }),
    refused('transcribe-refused', { PartialResultsStability: 'total' as 'high' }),
    scene('transcribe-stream-quota', 'LimitExceededException', {
      standIn: { limits: { concurrentStreams: 0 } },
    }),
    scene('transcribe-start-rate', 'LimitExceededException', {
      standIn: { limits: { startsPerSecond: 0 } },
    }),
    scene('transcribe-session-too-long', 'LimitExceededException', {
      standIn: { limits: { maxSessionMs: 300 } },
    }),
    fault('transcribe-limit', 'LimitExceededException', 'exception', {
      name: 'LimitExceededException',
      message: 'Your client has exceeded a limit.',
    }),
    fault('transcribe-session-conflict', 'ConflictException', 'refuse-conflict'),
    fault('transcribe-session-conflict', 'ConflictException', 'conflict'),
    fault('transcribe-internal', 'InternalFailureException', 'internal-failure'),
    fault('transcribe-unavailable', 'ServiceUnavailableException', 'refuse-service-unavailable'),
    fault('transcribe-ended-early', 'Error', 'fin'),
    fault('transcribe-damaged-event', 'Error', 'truncated-event'),
    fault('transcribe-goaway', /^(ERR_HTTP2_SESSION_ERROR|Error)$/, 'goaway-error'),
    fault(
      'transcribe-connection-aborted',
      /^(ERR_STREAM_PREMATURE_CLOSE|ECONNRESET|ERR_HTTP2_\w+|Error)$/,
      'tcp-reset',
    ),
    fault('transcribe-unknown', 'NewException', 'refuse-error', { name: 'NewException' }),
    fault('transcribe-refused', 'SerializationException', 'refuse-serialization'),
    fault('throttled', 'ThrottlingException', 'refuse-throttling'),
    fault('unsigned-request', 'MissingAuthenticationTokenException', 'refuse-missing-token'),
    fault('failed-by-status', /./, 'refuse-bad-gateway'),
    {
      ...fault('no-permission', 'AccessDeniedException', 'refuse-access-denied'),
      action: 'transcribe:StartStreamTranscription',
    },
    fault('clock-skew', 'InvalidSignatureException', 'refuse-signature-expired', { ahead: true }),
    scene('clock-skew', 'InvalidSignatureException', {
      standIn: { clock: shifted(() => SIX_MINUTES_MS) },
    }),
    scene('wrong-secret', 'InvalidSignatureException', {
      client: { credentials: { ...LOCAL_CREDENTIALS, secretAccessKey: 'copied without its end' } },
    }),
    scene('unknown-key', 'UnrecognizedClientException', {
      client: { credentials: { ...LOCAL_CREDENTIALS, accessKeyId: 'AKIANOBODYKNOWSTHIS0' } },
    }),
    fault('expired-credentials', 'ExpiredTokenException', 'refuse-expired-token'),
    // The SDK hides why a connection could not be made; the lean session does not.
    scene(
      isLean ? 'untrusted-certificate' : ABORTED,
      isLean ? 'DEPTH_ZERO_SELF_SIGNED_CERT' : 'Error',
      {
        standIn: { tls: selfSigned(HOST) },
      },
    ),
    row(isLean ? 'nobody-listens' : ABORTED, isLean ? 'ECONNREFUSED' : 'Error', () =>
      stage.failureWith(closedPort()),
    ),
  ];
}

function closedPort(): TranscribeStreamingClient {
  return new TranscribeStreamingClient({
    region: LOCAL_REGION,
    endpoint: `http://${HOST}:1`,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    logger: SILENT,
  });
}
