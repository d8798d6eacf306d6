import type { IncomingHttpHeaders } from 'node:http2';

import type { Recogniser, RecogniserEngine } from '../../../local/recognisers/recogniser';
import { LOCAL_CREDENTIALS } from '../../../local/stand-in';
import { EventStreamDecoder } from '../../../local/transcribe/event-stream';
import { Deinterleaver } from '../../../local/transcribe/pcm';
import { openSignedFrame } from '../../../local/transcribe/signed-frame';
import { FrameVerifier, verifyRequest } from '../../../local/transcribe/sigv4';
import { machineMs } from '../process/clock';
import { SAMPLE_RATE_HZ } from './audio';
import type { BenchCall } from './call-clock';
import { isToneCall } from './call-names';
import type { ServedStream, StreamListener } from './http2-connection';
import type { Measures } from './measures';
import { pieceOfSample } from './pieces';
import type { ScriptResults } from './script-results';
import { STEPS_PER_FINAL, STEP_SAMPLES } from './script-results';
import { SignedAudioReader } from './signed-audio';
import type { TranscribeCounts } from './transcribe-server';
import { NO_RESULTS, TranscriptEvents } from './transcript-event';

export const CHANNEL_IDS = ['ch_0', 'ch_1'] as const;
/** Both channels, 16 bits each. */
const FRAME_BYTES = 4;
/** A session that a call opened again begins so far before what was heard last, at the most. */
const REPLAY_SAMPLES = 30 * SAMPLE_RATE_HZ;

export interface SharedBySessions {
  readonly counts: TranscribeCounts;
  readonly measures: Measures;
  readonly speaks: boolean;
  /** One loop of both channels, interleaved. */
  readonly noise: Buffer;
  readonly tones: Buffer;
  readonly script: readonly ScriptResults[];
  readonly tonesEngine: RecogniserEngine;
  /** Calls that have had a session. */
  readonly heardCalls: Set<number>;
  callOf(index: number): BenchCall | undefined;
}

/** One session of the bench's Transcribe, until its client or its end frame ends it. */
export class ServedSession implements StreamListener {
  readonly #reader = new SignedAudioReader();
  readonly #ears: readonly Recogniser[];
  readonly #deinterleaver = new Deinterleaver();
  readonly #decoder = new EventStreamDecoder();
  readonly #verifier: FrameVerifier | undefined;
  /** Samples heard of each channel. */
  #heard = 0;
  #steps = 0;
  #isOver = false;
  /** The call's sample with which the session began; NaN until it is found. */
  #place: number;
  readonly #isTone: boolean;

  constructor(
    private readonly stream: ServedStream,
    private readonly call: BenchCall,
    headers: IncomingHttpHeaders,
    private readonly shared: SharedBySessions,
  ) {
    const { counts, heardCalls } = shared;
    counts.active += 1;
    counts.opened += 1;
    const isFirst = !heardCalls.has(call.index);
    if (!isFirst) counts.again += 1;
    this.#place = isFirst ? 0 : NaN;
    heardCalls.add(call.index);
    this.#isTone = isToneCall(call.index);
    this.#ears = this.#isTone && shared.speaks ? this.#openEars() : [];
    this.#verifier = this.#isTone
      ? new FrameVerifier(verifyRequest(headers, [LOCAL_CREDENTIALS], Date.now()))
      : undefined;
    stream.write(NO_RESULTS);
  }

  data(bytes: Buffer): void {
    if (this.#isOver) return;
    try {
      if (this.#verifier === undefined) this.#reader.push(bytes, (audio) => this.#hear(audio));
      else this.#takeSigned(bytes, this.#verifier);
    } catch {
      this.shared.counts.broken += 1;
      this.#isOver = true;
      this.stream.close();
    }
  }

  /** Only the end frame ends a session properly; its client's side of the stream ends after it. */
  end(): void {
    if (this.#isOver) return;
    this.shared.counts.broken += 1;
    this.stream.close();
  }

  closed(): void {
    this.shared.counts.active -= 1;
    this.#isOver = true;
    for (const ear of this.#ears) ear.close();
  }

  #openEars(): Recogniser[] {
    return CHANNEL_IDS.map((channelId) => {
      const events = new TranscriptEvents(channelId);
      return this.shared.tonesEngine.open({
        sampleRateHz: SAMPLE_RATE_HZ,
        languageCode: 'en-US',
        onRecognition: (recognition) => {
          if (!this.#isOver) this.stream.write(events.encode(recognition));
        },
        // It opens at once: it waits for nothing.
      }) as Recogniser;
    });
  }

  #takeSigned(bytes: Buffer, verifier: FrameVerifier): void {
    this.#decoder.push(bytes);
    for (let frame = this.#decoder.next(); frame; frame = this.#decoder.next()) {
      const upstream = openSignedFrame(frame, Date.now(), verifier);
      if (upstream.kind === 'audio') this.#hear(upstream.audio);
      else if (upstream.kind === 'end') this.#finish();
    }
  }

  #hear(audio: Buffer): void {
    if (audio.length === 0) return this.#finish();
    const nowMs = machineMs();
    const { measures, counts } = this.shared;
    const loop = this.#isTone ? this.shared.tones : this.shared.noise;
    if (Number.isNaN(this.#place)) {
      const place = placeOf(audio, loop, this.call.heardSamples);
      if (place !== undefined) this.#place = place - this.#heard;
    } else if (!isPartOf(loop, (this.#place + this.#heard) * FRAME_BYTES, audio)) {
      counts.wrong += 1;
    }
    this.#heard += audio.length / FRAME_BYTES;
    if (Number.isNaN(this.call.firstHeardMs)) this.call.firstHeardMs = nowMs;
    const heardTo = this.#place + this.#heard;
    if (!Number.isNaN(heardTo)) {
      this.call.heardSamples = Math.max(this.call.heardSamples, heardTo);
      measures.chunk(nowMs - this.call.writtenAt(pieceOfSample(heardTo - 1)), audio.length);
    }
    if (this.#ears.length > 0) {
      const channels = this.#deinterleaver.split(audio, this.#ears.length);
      this.#ears.forEach((ear, index) => void ear.push(channels[index] ?? new Int16Array()));
    } else if (this.shared.speaks && !this.#isTone) this.#speak(nowMs);
  }

  #speak(nowMs: number): void {
    while ((this.#steps + 1) * STEP_SAMPLES <= this.#heard) {
      this.#steps += 1;
      const messages = this.shared.script.flatMap((script) => script.step(this.#steps - 1) ?? []);
      this.stream.write(...messages);
      if (this.#steps % STEPS_PER_FINAL !== 0) continue;
      const ordinal = this.#steps / STEPS_PER_FINAL;
      for (let channel = 0; channel < CHANNEL_IDS.length; channel++) {
        this.shared.measures.final(this.call.index, channel, ordinal, nowMs);
      }
    }
  }

  #finish(): void {
    if (this.#isOver) return;
    this.shared.counts.completed += 1;
    for (const ear of this.#ears) void ear.finish();
    if (this.#ears.length === 0 && this.shared.speaks) {
      for (const script of this.shared.script) {
        const last = script.lastFinal(this.#heard);
        if (last !== undefined) this.stream.write(last);
      }
    }
    this.#isOver = true;
    this.stream.end();
  }
}

/** Whether the audio is what the endless loop holds at this place. */
function isPartOf(loop: Buffer, place: number, audio: Buffer): boolean {
  const at = place % loop.length;
  const first = Math.min(audio.length, loop.length - at);
  return (
    loop.compare(audio, 0, first, at, at + first) === 0 &&
    (first === audio.length ||
      loop.compare(audio, first, audio.length, 0, audio.length - first) === 0)
  );
}

/**
 * The sample of the call with which this audio begins, looked for around where it was heard last.
 * Undefined when it is not there as a whole, as when a replay silences what has its words already.
 */
function placeOf(audio: Buffer, loop: Buffer, heardSamples: number): number | undefined {
  const from = Math.max(0, heardSamples - REPLAY_SAMPLES);
  for (let sample = from; sample <= heardSamples + REPLAY_SAMPLES;) {
    const at = (sample * FRAME_BYTES) % loop.length;
    const found = loop.indexOf(audio, at);
    const bytes = found === -1 ? loop.length - at : found - at;
    sample += Math.ceil(bytes / FRAME_BYTES);
    if (found !== -1 && bytes % FRAME_BYTES === 0) return sample;
    if (found !== -1) sample += 1;
  }
  return undefined;
}
