import type { ServerHttp2Stream } from 'node:http2';

import type { Recogniser, RecogniserEngine } from '../recognisers/recogniser';
import type { Account, SessionRecord } from './account';
import { AudioIntake } from './audio-intake';
import type { ParticipantRole } from './call-configuration';
import { configurationLate, configurationMissing, parseConfiguration } from './call-configuration';
import type { StandInClock } from './clock';
import type { EventMessage } from './event-stream';
import { EventStreamDecoder, EventStreamError } from './event-stream';
import type { WritingTools } from './event-writers';
import { createWriters, firstEvent } from './event-writers';
import { commitFault } from './fault-acts';
import type { FaultPlan } from './fault-plan';
import type { TranscribeLimits } from './limits';
import { Outbox } from './outbox';
import type { Deinterleaver } from './pcm';
import type { SessionSettings } from './request-headers';
import { encodeException } from './results';
import {
  audioTooLong,
  corruptedData,
  idleTimeout,
  internalFailure,
  noEmptyFrame,
  ServiceException,
  streamTooBig,
} from './service-exception';
import { openSignedFrame } from './signed-frame';
import type { FrameVerifier } from './sigv4';

/**
 * How far a session reads ahead of a processing speed; beyond it the client waits. Enough for five
 * minutes of stereo at 16 kHz, so that fast audio grows too old here as it does at AWS.
 */
const MAX_READ_AHEAD_BYTES = 24 * 1024 * 1024;

/** What all sessions of one stand-in share. */
export interface SessionContext extends WritingTools {
  readonly engine: RecogniserEngine;
  readonly limits: TranscribeLimits;
  readonly clock: StandInClock;
  readonly account: Account;
  readonly deinterleaver: Deinterleaver;
  /** Seconds of audio heard per second at most. */
  readonly processingSpeed: number;
}

export interface SessionStart {
  readonly stream: ServerHttp2Stream;
  readonly settings: SessionSettings;
  readonly record: SessionRecord;
  readonly faults: FaultPlan;
  /** Milliseconds by which a fault holds the first event back. */
  readonly firstEventDelayMs: number;
  readonly verifier?: FrameVerifier;
  readonly resetConnection: () => void;
  readonly onEnd: () => void;
}

/** One transcription stream, from its response headers to its end. */
export class TranscribeSession {
  readonly outbox: Outbox;
  readonly #decoder = new EventStreamDecoder();
  readonly #recognisers: Recogniser[] = [];
  readonly #intake: AudioIntake;
  #state: 'hearing' | 'finishing' | 'ended' = 'hearing';
  /** Something must settle before the next message is taken. */
  #busy = false;
  #pacing = false;
  #inputEnded = false;
  #lastInputMs: number;
  #readyAtMs = -Infinity;
  #cancelIdleTimer: (() => void) | undefined;

  constructor(
    private readonly context: SessionContext,
    readonly start: SessionStart,
  ) {
    const { settings, stream } = start;
    this.outbox = new Outbox(stream, context.clock);
    this.#lastInputMs = context.clock.monotonicMs();
    const { limits, deinterleaver, clock } = context;
    this.#intake = new AudioIntake(settings, limits, deinterleaver, clock);
  }

  /** Sends the first event and begins to hear. The response headers must have been sent. */
  open(): void {
    const { stream, settings, firstEventDelayMs } = this.start;
    if (firstEventDelayMs > 0) this.outbox.hold(firstEventDelayMs);
    this.outbox.send(firstEvent(settings.operation));
    stream.on('data', (piece: Buffer) => this.#onData(piece));
    stream.on('end', () => {
      // A client that vanished ends its side too; its `close` follows.
      if (stream.aborted) return;
      this.#inputEnded = true;
      this.#pump();
    });
    stream.on('close', () => {
      this.end(this.outbox.muted ? 'stall' : 'client-gone');
      this.outbox.drop();
    });
    this.#watchIdle();
    this.#waitFor(this.#openRecognisers());
  }

  /** Ends the result stream with an exception. */
  fail(exception: ServiceException): void {
    this.failWith(exception.name, encodeException(exception));
  }

  /** Ends the result stream with this message. */
  failWith(endedBy: string, message: Buffer): void {
    if (this.#state === 'ended') return;
    this.end(endedBy);
    this.outbox.endWith(message);
    // What the client still sends is discarded, so that it can see the end.
    this.start.stream.resume();
  }

  /** Stops hearing and frees everything; the stream is left as it is. */
  end(endedBy: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#cancelIdleTimer?.();
    for (const recogniser of this.#recognisers) recogniser.close();
    this.context.account.close(this.start.record, endedBy);
    this.start.onEnd();
  }

  /** As `end`, and what has not been sent yet stays unsent; for faults. */
  cut(endedBy: string): void {
    this.end(endedBy);
    this.outbox.drop();
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get clock(): StandInClock {
    return this.context.clock;
  }

  async #openRecognisers(): Promise<void> {
    const { engine } = this.context;
    const { settings } = this.start;
    for (const writer of createWriters(settings, this.context, (channel) =>
      this.#roleOf(channel),
    )) {
      const recogniser = await engine.open({
        sampleRateHz: settings.sampleRateHz,
        languageCode: settings.languageCode,
        onRecognition: (recognition) => {
          if (!this.ended && !this.outbox.muted) this.outbox.send(writer.encode(recognition));
        },
      });
      if (this.ended) return recogniser.close();
      this.#recognisers.push(recogniser);
    }
  }

  #onData(piece: Buffer): void {
    if (this.#state !== 'hearing') return;
    this.#lastInputMs = this.context.clock.monotonicMs();
    this.#decoder.push(piece);
    this.#pump();
    const mayReadAhead = this.#pacing && this.#decoder.bufferedBytes < MAX_READ_AHEAD_BYTES;
    if (this.#busy && !mayReadAhead) this.start.stream.pause();
  }

  /** Takes messages until there is none, or something has to be waited for. */
  #pump(): void {
    try {
      while (!this.#busy && this.#state === 'hearing') {
        if (this.#waitForPace()) return;
        const frame = this.#decoder.next();
        if (!frame) break;
        const wait = this.#take(frame);
        if (wait) this.#waitFor(wait);
      }
      if (this.#inputEnded && !this.#busy && this.#state === 'hearing') this.fail(noEmptyFrame());
    } catch (reason) {
      this.fail(toException(reason));
    }
  }

  #waitFor(wait: Promise<unknown>): void {
    this.#busy = true;
    wait.then(
      () => {
        this.#busy = false;
        this.#lastInputMs = this.context.clock.monotonicMs();
        this.#pump();
        if (!this.#busy) this.start.stream.resume();
      },
      (reason: unknown) => this.fail(toException(reason)),
    );
  }

  #waitForPace(): boolean {
    const { clock } = this.context;
    const aheadMs = this.#readyAtMs - clock.monotonicMs();
    if (!(aheadMs > 0) || this.#decoder.bufferedBytes === 0) return false;
    this.#pacing = true;
    const paced = new Promise<void>((resolve) => clock.setTimer(resolve, aheadMs));
    this.#waitFor(paced.then(() => void (this.#pacing = false)));
    return true;
  }

  #take(frame: EventMessage): Promise<unknown> | undefined {
    const upstream = openSignedFrame(frame, this.context.clock.nowMs(), this.start.verifier);
    switch (upstream.kind) {
      case 'audio':
        return this.#hear(upstream.audio);
      case 'configuration':
        return this.#configure(upstream.json);
      case 'end':
        return this.#finish();
      case 'other':
        return undefined;
    }
  }

  #configure(json: Buffer): undefined {
    const { settings, record } = this.start;
    if (settings.operation === 'StartStreamTranscription') return;
    if (record.configuration !== undefined) throw configurationLate();
    record.configuration = parseConfiguration(json, settings.pii?.redacts === true);
  }

  #roleOf(channel: number): ParticipantRole | undefined {
    const definitions = this.start.record.configuration?.ChannelDefinitions;
    return definitions?.find(({ ChannelId }) => ChannelId === channel)?.ParticipantRole;
  }

  #hear(audio: Buffer): Promise<unknown> | undefined {
    const { limits, clock, processingSpeed } = this.context;
    const { settings, record, faults } = this.start;
    if (settings.operation !== 'StartStreamTranscription' && record.configuration === undefined) {
      throw configurationMissing();
    }
    this.#intake.check(audio);
    for (const due of faults.due(record.audioMs)) commitFault(due, this);
    if (this.ended) return undefined;

    const audioMs = this.#intake.count(audio);
    if (audioMs > limits.maxSessionMs) throw audioTooLong();
    if (processingSpeed !== Infinity) {
      const from = Math.max(this.#readyAtMs, clock.monotonicMs());
      this.#readyAtMs = from + (audioMs - record.audioMs) / processingSpeed;
    }
    record.audioMs = audioMs;
    record.audioBytes += audio.length;

    let waits: Promise<void>[] | undefined;
    this.#intake.decode(audio).forEach((samples, channel) => {
      const wait = this.#recognisers[channel]?.push(samples);
      if (wait) (waits ??= []).push(wait);
    });
    const congestion = this.outbox.congestion();
    if (congestion) (waits ??= []).push(congestion);
    return waits && Promise.all(waits);
  }

  async #finish(): Promise<void> {
    this.#state = 'finishing';
    this.#cancelIdleTimer?.();
    await Promise.all(this.#recognisers.map(async (recogniser) => recogniser.finish()));
    // A stalled session stays open without a word until its client leaves.
    if (this.ended || this.outbox.muted) return;
    this.outbox.end();
    this.end('complete');
  }

  /** Re-arms itself instead of being moved by every message. */
  #watchIdle(): void {
    const { clock, limits } = this.context;
    const leftMs = this.#busy
      ? limits.idleMs
      : this.#lastInputMs + limits.idleMs - clock.monotonicMs();
    if (leftMs <= 0) this.fail(idleTimeout(limits.idleMs));
    else this.#cancelIdleTimer = clock.setTimer(() => this.#watchIdle(), leftMs);
  }
}

/** Recognisers and bugs become InternalFailure; their texts are not the client's business. */
function toException(reason: unknown): ServiceException {
  if (reason instanceof ServiceException) return reason;
  if (!(reason instanceof EventStreamError)) return internalFailure();
  return reason.kind === 'too-big' ? streamTooBig() : corruptedData();
}
