import { CALLS_TABLE_NAME, CALL_LOG_TABLE_NAME } from '../../../local/dynamodb/tables';
import { callRequest } from '../../../local/player/request';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { EVENT_BUS_NAME } from '../../../local/system/system-env';
import { CHANNELS, CONNECT_TRACKS } from '../../../shared/call';
import type { CallOptions } from '../../../shared/call';
import type { MediaMethods, StartedCall } from '../media/media-role';
import { GUARD_TAG, numberOf } from '../media/fragment-template';
import { createCertificate } from '../process/certificate';
import type { Certificate } from '../process/certificate';
import { startRole } from '../process/role';
import type { Role } from '../process/role';
import type { BusMethods } from '../stand-ins/bus-role';
import type { QueueMethods } from '../stand-ins/queue-role';
import type { StoreMethods } from '../stand-ins/store-role';

/**
 * The worker spreads what it takes, as everywhere: a poll's ten calls begun at one moment hold the
 * loop up so long that it takes no more calls, far below what it can have.
 */
const TAKES_PER_SECOND = 50;

export interface StageOptions {
  readonly tls: boolean;
  /** Transcribe sends results; default true. */
  readonly speaks?: boolean;
}

/** Every service that a worker needs, each in a process of its own on the other core. */
export class Stage {
  readonly media: Role<MediaMethods> = startRole('media');
  readonly store: Role<StoreMethods> = startRole('store');
  readonly bus: Role<BusMethods> = startRole('bus');
  readonly queue: Role<QueueMethods> = startRole('queue');
  env: Readonly<Record<string, string>> = {};
  #certificate: Certificate | undefined;

  private constructor() {}

  static async start({ tls, speaks = true }: StageOptions): Promise<Stage> {
    const stage = new Stage();
    try {
      await stage.#start(tls, speaks);
      return stage;
    } catch (reason) {
      await stage.stop();
      throw reason;
    }
  }

  get roles(): readonly Role<unknown>[] {
    return [this.media, this.store, this.bus, this.queue];
  }

  /** Begins a call and asks for its transcription at the moment of its first sample. */
  async beginCall(
    index: number,
    { inMs = 0, seconds = Infinity, options = {} as CallOptions } = {},
  ): Promise<StartedCall> {
    const call = await this.media.ask.begin(index, inMs, seconds);
    await this.queue.ask.send([requestOf(call, options)]);
    return call;
  }

  /** Begins many calls at one moment; each is asked for as soon as it is in the queue. */
  async beginCalls(indexes: readonly number[], options: CallOptions = {}): Promise<void> {
    const calls: StartedCall[] = [];
    for (const index of indexes) calls.push(await this.media.ask.begin(index, 0, Infinity));
    await this.queue.ask.send(calls.map((call) => requestOf(call, options)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.roles.map((role) => role.stop()));
    await this.#certificate?.remove();
  }

  async #start(isTls: boolean, speaks: boolean): Promise<void> {
    this.#certificate = isTls ? await createCertificate() : undefined;
    const { key, cert, file } = this.#certificate ?? {};
    const tls = key === undefined || cert === undefined ? undefined : { key, cert };
    const [media, store, bus, queue] = await Promise.all([
      this.media.ask.start({ tls, speaks }),
      this.store.ask.start({ tls }),
      this.bus.ask.start({ tls }),
      this.queue.ask.start(),
    ]);
    this.env = {
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL_KINESIS_VIDEO: media.kinesisVideo,
      AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: media.transcribe,
      AWS_ENDPOINT_URL_DYNAMODB: store.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
      AWS_ENDPOINT_URL_SQS: queue.url,
      CALLS_QUEUE_URL: queue.callsQueueUrl,
      CALLS_DLQ_URL: queue.callsDlqUrl,
      CALLS_TABLE: CALLS_TABLE_NAME,
      CALL_LOG_TABLE: CALL_LOG_TABLE_NAME,
      EVENT_BUS_NAME,
      // Limits only; the worker's own defaults are for smaller accounts than the bench's.
      MAX_CALLS: '10000',
      SESSION_STARTS_PER_SECOND: String(TAKES_PER_SECOND),
      LOG_LEVEL: 'warn',
      ...(file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file }),
    };
  }
}

/** The message for one call; its id goes to Transcribe as the name of a vocabulary filter. */
function requestOf({ callId, streamArn, epochMs }: StartedCall, options: CallOptions): string {
  return JSON.stringify(
    callRequest({
      callId,
      legs: CHANNELS.map((channel) => ({ channel, track: CONNECT_TRACKS[channel] })),
      streamArn,
      startFragmentNumber: numberOf(0),
      startTimeMs: epochMs,
      guardTag: GUARD_TAG,
      options: { ...options, vocabularyFilterName: callId },
    }),
  );
}
