import { CallscribeError } from '../../../shared/errors';
import type { Leg } from '../../../shared/call';
import type { GapReason } from '../../../shared/events';
import type { ResumePoint } from '../../../shared/record';
import type { AudioTrack } from '../fragments/fragment';
import type { ReaderEvent } from '../fragments/reader-batch';
import type { AudioItem } from './audio-item';
import type { ChunkGrid } from './chunk-grid';
import { chooseCodec, unsupported, type Codec } from './codec';
import { LegClock } from './leg-clock';

/** Older Connect streams name the customer's track so (PROTOCOLS A3). */
const LEGACY_CUSTOMER_TRACK = 'Track_audio/L16';
const CUSTOMER_TRACK = 'AUDIO_FROM_CUSTOMER';

/** How far a block's size may be from what its duration at 8 kHz PCM16 asks for. */
const FIT_TOLERANCE = 0.05;

/** End times come in whole milliseconds: one of them may be missing to the last sample. */
const END_TOLERANCE_SAMPLES = 16;

type Event<T extends ReaderEvent['type']> = Extract<ReaderEvent, { type: T }>;

interface HeldBlock {
  readonly timestampMs: number;
  readonly payload: Uint8Array;
}

/**
 * One leg: finds its track in each fragment, decides the codec once, places its blocks on the
 * grid, and tells of holes and of the places where it can be read again.
 */
export class LegAudio {
  readonly clock: LegClock;
  #track: AudioTrack | undefined;
  #codec: Codec | undefined;
  #undecided: Codec | undefined;
  /** First block of a leg whose codec is decided by the block that follows; copied, at most one. */
  #held: HeldBlock | undefined;
  #fragment: Event<'start'> | undefined;
  #pointGiven = false;
  #delivered: boolean;
  #holeReason: GapReason = 'hole';
  /** Channel positions before this one have had their gaps told already. */
  #gapsFrom: number;
  #received: number;
  /** Up to here absence was filled with silence. */
  #silencedTo = 0;
  #endTimeMs: number | null = null;

  constructor(
    readonly leg: Leg,
    readonly channelIndex: number,
    private readonly grid: ChunkGrid,
    private readonly sampleRateHz: number,
    startTimeMs: number,
    private readonly resume?: ResumePoint,
    gapsFrom = 0,
  ) {
    this.clock = new LegClock(sampleRateHz, resume?.anchorMs ?? startTimeMs, resume?.sample);
    this.#delivered = resume !== undefined;
    this.#received = resume?.received ?? 0;
    this.#gapsFrom = gapsFrom;
  }

  /** Samples received in the whole call, those that came too late left out. */
  get received(): number {
    return this.#received;
  }

  /** Whether a sample of this leg was ever placed. */
  get delivered(): boolean {
    return this.#delivered;
  }

  /** Nothing after this producer time belongs to the call. */
  endAt(endTimeMs: number): void {
    this.#endTimeMs = endTimeMs;
  }

  /** Whether the leg has come to the call's end time. */
  get reachedEnd(): boolean {
    if (this.#endTimeMs === null || this.clock.next === undefined) return false;
    return this.clock.next >= this.clock.positionOf(this.#endTimeMs) - END_TOLERANCE_SAMPLES;
  }

  /** Fills the channel with silence up to `position`, its absence being proved. */
  fillSilence(position: number): void {
    if (position <= this.grid.filledTo(this.channelIndex)) return;
    this.grid.fillTo(this.channelIndex, position);
    this.#silencedTo = position;
  }

  start(event: Event<'start'>): void {
    this.#fragment = event;
    this.#pointGiven = event.resumed;
    const track = findTrack(this.leg, event.tracks);
    this.#track = track;
    if (track === undefined) return;
    if (track.sampleRateHz !== this.sampleRateHz) throw otherRate(track, this.sampleRateHz);
    if (this.#codec !== undefined) return;
    const choice = chooseCodec(track);
    if (choice.kind === 'known') this.#codec = choice.codec;
    else this.#undecided = choice.codec;
  }

  /** Audio before the next block was given up; the hole that shows it bears this reason. */
  skipped(reason: GapReason): void {
    this.#holeReason = reason;
  }

  block(event: Event<'block'>, out: AudioItem[]): void {
    const track = this.#track;
    if (track === undefined || event.trackNumber !== track.number) return;
    if (this.#isBeforeResume()) return;
    if (this.#codec === undefined) {
      if (!this.#decide(event, track, out)) return;
    }
    this.#place(event.timestampMs, event.payload, event.consumedBytes, out);
  }

  #isBeforeResume(): boolean {
    const number = this.#fragment?.metadata.fragmentNumber;
    if (this.resume === undefined || number === undefined) return false;
    return BigInt(number) < BigInt(this.resume.fragmentNumber);
  }

  /** True when the codec is known now and the block can be placed. */
  #decide(event: Event<'block'>, track: AudioTrack, out: AudioItem[]): boolean {
    const codec = this.#undecided;
    if (codec === undefined) return false;
    const held = this.#held;
    if (held === undefined) {
      this.#held = { timestampMs: event.timestampMs, payload: event.payload.slice() };
      return false;
    }
    const lengthMs = event.timestampMs - held.timestampMs;
    const expected = (lengthMs * this.sampleRateHz * codec.bytesPerSample) / 1000;
    if (Math.abs(held.payload.length - expected) > expected * FIT_TOLERANCE) {
      throw unsupported(track);
    }
    this.#codec = codec;
    this.#held = undefined;
    out.push({
      type: 'notice',
      channel: this.leg.channel,
      message: 'the CodecID is unfamiliar; the block sizes fit 16-bit PCM and are taken as that',
    });
    this.#place(held.timestampMs, held.payload, 0, out);
    return true;
  }

  #place(timestampMs: number, payload: Uint8Array, consumedBytes: number, out: AudioItem[]): void {
    const codec = this.#codec;
    if (codec === undefined) return;
    const length = Math.floor(payload.length / codec.bytesPerSample);
    const consumedMs = (consumedBytes / codec.bytesPerSample / this.sampleRateHz) * 1000;
    const { position, holeFrom } = this.clock.place(timestampMs + consumedMs);
    const count = Math.min(length, this.#limit() - position);
    if (count <= 0) {
      this.clock.advance(length);
      return;
    }
    if (holeFrom !== undefined) this.#gap(holeFrom, position, this.#holeReason, out);
    const late = Math.max(0, Math.min(this.#silencedTo - position, count));
    if (late > 0) this.#gap(position, this.#silencedTo, 'late', out);
    if (late < count) this.#silencedTo = 0;
    this.#holeReason = 'hole';
    this.#mark(position, out);
    this.grid.write(this.channelIndex, position, payload, 0, count, codec);
    this.clock.advance(length);
    this.#received += count - late;
  }

  #limit(): number {
    return this.#endTimeMs === null ? Infinity : this.clock.positionOf(this.#endTimeMs);
  }

  #mark(position: number, out: AudioItem[]): void {
    const { channel } = this.leg;
    if (!this.#delivered) {
      this.#delivered = true;
      out.push({ type: 'leg', channel, sample: position });
    }
    const fragment = this.#fragment;
    if (this.#pointGiven || fragment === undefined) return;
    this.#pointGiven = true;
    out.push({
      type: 'resume-point',
      channel,
      resume: {
        fragmentNumber: fragment.metadata.fragmentNumber,
        previousFragmentNumber: fragment.previousFragmentNumber,
        producerTimestampMs: fragment.metadata.producerTimestampMs,
        sample: position,
        anchorMs: this.clock.anchorMs,
        received: this.#received,
      },
    });
  }

  #gap(fromSample: number, toSample: number, reason: GapReason, out: AudioItem[]): void {
    const from = Math.max(fromSample, this.#gapsFrom);
    if (toSample <= from) return;
    this.#gapsFrom = toSample;
    out.push({ type: 'gap', channel: this.leg.channel, fromSample: from, toSample, reason });
  }
}

function otherRate(track: AudioTrack, sampleRateHz: number): CallscribeError {
  return new CallscribeError(
    'bad-audio',
    `track ${track.number} has ${track.sampleRateHz} Hz, the call began with ${sampleRateHz} Hz; ` +
      'send both parties, and all of a call, at one rate',
  );
}

/** The leg's track of a fragment, by name; without a name the only audio track there is. */
export function findTrack(
  leg: Leg,
  tracks: ReadonlyMap<number, AudioTrack>,
): AudioTrack | undefined {
  const all = [...tracks.values()];
  if (leg.track === undefined) return all.length === 1 ? all[0] : undefined;
  const named = all.find((track) => track.name === leg.track);
  if (named !== undefined || leg.track !== CUSTOMER_TRACK) return named;
  return all.find((track) => track.name === LEGACY_CUSTOMER_TRACK);
}
