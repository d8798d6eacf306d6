import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { KinesisVideo } from '@aws-sdk/client-kinesis-video';
import type { SQS } from '@aws-sdk/client-sqs';

import type { CallOptions } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { CallSource } from './call-source';
import { sendEndEvent } from './end-event';
import { startPacer, type Pacer } from './pacer';
import { persist } from './persist';
import { callRequest } from './request';
import { streamNameOf } from './call-stream';
import { upload } from './upload';

/** Long enough for any worker to come back to; the stand-in keeps streams in memory or on disk. */
const RETENTION_HOURS = 24;
/** PutMedia is closed after 30 s without data (PROTOCOLS A2). */
const LONG_PAUSE_MS = 20_000;
/** What KVS readers go by to keep calls apart (PROTOCOLS A3). */
const CALL_ID_TAG = 'ContactId';

export interface PlayServices {
  readonly kinesisVideo: Pick<KinesisVideo, 'createStream' | 'getDataEndpoint'>;
  readonly sqs: Pick<SQS, 'sendMessage'>;
  readonly eventBridge: Pick<EventBridge, 'putEvents'>;
}

export interface PlayOptions {
  readonly source: CallSource;
  readonly callId: string;
  /** 1 is live; 8 plays eight seconds of audio in one. */
  readonly speed: number;
  readonly services: PlayServices;
  readonly queueUrl: string;
  readonly eventBusName: string;
  readonly callOptions?: CallOptions;
  /** Ends the call where it is: the end event is still sent. */
  readonly hangUp?: AbortSignal;
  /** Milliseconds of audio that have been sent. */
  readonly onPosition?: (playedMs: number) => void;
  /** Epoch milliseconds. */
  readonly nowMs?: () => number;
  readonly startPacer?: (speed: number) => Pacer;
  /** Between attempts. */
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface PlayedCall {
  readonly streamArn: string;
  readonly firstFragmentNumber: string;
  /** Producer time of the first sample and of the end of the audio, epoch milliseconds. */
  readonly startTimeMs: number;
  readonly endTimeMs: number;
}

/**
 * Plays a recording as Connect would stream a live call: a stream of its own, fragments tagged
 * with the call id, the request as soon as the first fragment has a number, the end event after
 * the last sample. Producer time starts now and then follows the audio, so that the speed changes
 * nothing but the time it takes. Resolves when the end event is on the bus.
 *
 * Throws `bad-request` when the call's stream exists already, and what `upload` throws.
 */
export async function playCall(options: PlayOptions): Promise<PlayedCall> {
  const { source, callId, speed, services } = options;
  const streamArn = await createStream(services.kinesisVideo, callId);
  const { DataEndpoint: endpoint } = await services.kinesisVideo.getDataEndpoint({
    StreamARN: streamArn,
    APIName: 'PUT_MEDIA',
  });
  if (endpoint === undefined) throw new CallscribeError('stream-error', 'no endpoint for PutMedia');

  const startTimeMs = (options.nowMs ?? Date.now)();
  const announcer = new Announcer(options, streamArn, startTimeMs);
  let playedMs = 0;
  const end = async (): Promise<number> => {
    // A whole millisecond: the last block may end within one.
    const endTimeMs = startTimeMs + Math.ceil(playedMs);
    await sendEndEvent(
      services.eventBridge,
      options.eventBusName,
      callId,
      endTimeMs,
      options.sleep,
    );
    return endTimeMs;
  };
  try {
    await upload({
      endpoint,
      stream: streamArn,
      tracks: source.tracks,
      tags: [{ name: CALL_ID_TAG, value: callId }],
      fragments: source.fragments(),
      startTimeMs,
      longPauseMs: LONG_PAUSE_MS * speed,
      pacer: (options.startPacer ?? startPacer)(speed),
      hangUp: options.hangUp,
      abort: announcer.failed,
      onPosition: (endMs) => {
        // A new connection goes back to what was not received.
        playedMs = Math.max(playedMs, endMs);
        options.onPosition?.(playedMs);
      },
      onAcknowledgement: ({ FragmentNumber }) => announcer.announce(FragmentNumber),
      sleep: options.sleep,
    });
  } catch (reason) {
    // A call that nobody ends is waited for until its idle limit.
    if (announcer.isUnderWay && !announcer.failed.aborted) await end().catch(() => undefined);
    throw reason;
  }
  const firstFragmentNumber = await announcer.announced();
  return { streamArn, firstFragmentNumber, startTimeMs, endTimeMs: await end() };
}

/** Sends the call's request once, when its first fragment has a number. */
class Announcer {
  readonly #failed = new AbortController();
  #sent: Promise<string> | undefined;

  constructor(
    private readonly options: PlayOptions,
    private readonly streamArn: string,
    private readonly startTimeMs: number,
  ) {}

  /** Aborted with the reason when the request could not be sent: nobody would hear the call. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Somebody was or is being asked to transcribe the call. */
  get isUnderWay(): boolean {
    return this.#sent !== undefined;
  }

  announce(fragmentNumber: string | undefined): void {
    if (fragmentNumber === undefined || this.#sent !== undefined) return;
    this.#sent = this.#send(fragmentNumber);
    this.#sent.catch((reason: unknown) => this.#failed.abort(reason));
  }

  /** The first fragment's number, once the request is in the queue. */
  async announced(): Promise<string> {
    if (this.#sent !== undefined) return this.#sent;
    throw new CallscribeError('stream-error', 'Kinesis Video acknowledged no fragment');
  }

  async #send(startFragmentNumber: string): Promise<string> {
    const { services, queueUrl, source, callId, callOptions } = this.options;
    const request = callRequest({
      callId,
      legs: source.legs,
      streamArn: this.streamArn,
      startFragmentNumber,
      startTimeMs: this.startTimeMs,
      guardTag: CALL_ID_TAG,
      options: callOptions,
    });
    const message = { QueueUrl: queueUrl, MessageBody: JSON.stringify(request) };
    await persist(() => services.sqs.sendMessage(message), this.options.sleep);
    return startFragmentNumber;
  }
}

async function createStream(
  kinesisVideo: PlayServices['kinesisVideo'],
  callId: string,
): Promise<string> {
  try {
    const { StreamARN } = await kinesisVideo.createStream({
      StreamName: streamNameOf(callId),
      DataRetentionInHours: RETENTION_HOURS,
    });
    if (StreamARN !== undefined) return StreamARN;
  } catch (reason) {
    if ((reason as Error).name !== 'ResourceInUseException') throw reason;
    throw new CallscribeError(
      'bad-request',
      `call ${callId} is being played, or was before; choose another --call-id`,
      { cause: reason },
    );
  }
  throw new CallscribeError('stream-error', 'the new stream has no ARN');
}
