import { CallscribeError } from '../../../shared/errors';
import type { Leg } from '../../../shared/call';
import type { GapReason } from '../../../shared/events';
import type { ResumePoint } from '../../../shared/record';
import { compareFragmentNumbers, type AudioTrack } from '../fragments/fragment';
import type { ReaderEvent } from '../fragments/reader-batch';
import type { AudioItem, Stretch } from './audio-item';
import { BlockFit } from './block-fit';
import type { ChunkGrid } from './chunk-grid';
import { chooseCodec, unsupported, type Codec } from './codec';
import { findTrack } from './find-track';
import { LegClock } from './leg-clock';
import { LegGaps } from './leg-gaps';

/** End times come in whole milliseconds: one of them may be missing to the last sample. */
const END_TOLERANCE_SAMPLES = 16;

type Event<T extends ReaderEvent['type']> = Extract<ReaderEvent, { type: T }>;

export interface LegAudioOptions {
  readonly leg: Leg;
  readonly channelIndex: number;
  readonly grid: ChunkGrid;
  readonly sampleRateHz: number;
  /** Producer time of timeline position 0. */
  readonly startTimeMs: number;
  /** Nothing from this position on belongs to the call, however far the channel comes. */
  readonly limitSample: number;
  readonly resume?: ResumePoint;
  /** Channel positions before this one have had their gaps told already. */
  readonly gapsFrom: number;
  /** As the log has it: silence in place of this leg's audio (resume). May be empty. */
  readonly unheard?: Stretch;
}

/**
 * One leg: finds its track in each fragment, decides the codec, places its blocks on the grid,
 * and tells of holes and of the places where it can be read again.
 */
export class LegAudio {
  readonly clock: LegClock;
  readonly leg: Leg;
  readonly channelIndex: number;
  readonly #grid: ChunkGrid;
  readonly #sampleRateHz: number;
  readonly #limitSample: number;
  readonly #gaps: LegGaps;
  readonly #resume: ResumePoint | undefined;
  /** The leg's track in the current fragment; undefined: not there, or nothing wanted of it. */
  #track: AudioTrack | undefined;
  /** The tracks last seen, and the leg's one of them: mostly those of the next fragment too. */
  #tracks: ReadonlyMap<number, AudioTrack> | undefined;
  #found: AudioTrack | undefined;
  /** The codec, and the CodecID that decided it. */
  #codec: Codec | undefined;
  #codecId: string | undefined;
  #fit: BlockFit | undefined;
  #fragment: Event<'start'> | undefined;
  #pointGiven = false;
  #hasPlaced = false;
  #delivered: boolean;
  #holeReason: GapReason = 'hole';
  #received: number;
  #endTimeMs: number | null = null;

  constructor(options: LegAudioOptions) {
    const { sampleRateHz, startTimeMs, resume, grid } = options;
    this.leg = options.leg;
    this.channelIndex = options.channelIndex;
    this.#grid = grid;
    this.#sampleRateHz = sampleRateHz;
    this.#limitSample = options.limitSample;
    this.#gaps = new LegGaps({ ...options, channel: options.leg.channel });
    this.#resume = resume;
    this.clock = new LegClock(sampleRateHz, resume?.anchorMs ?? startTimeMs, resume?.sample);
    this.#delivered = resume !== undefined;
    this.#received = resume?.received ?? 0;
  }

  /** Samples received in the whole call, those that came too late left out. */
  get received(): number {
    return this.#received;
  }

  /** Position up to which the channel is complete. */
  get filledTo(): number {
    return this.#grid.filledTo(this.channelIndex);
  }

  /** Whether this worker has placed a sample of this leg. */
  get hasPlaced(): boolean {
    return this.#hasPlaced;
  }

  /** Where this leg was to go on is not in the stream any more, and nothing has come since. */
  get isExpired(): boolean {
    return this.#resume !== undefined && !this.#hasPlaced && this.#holeReason === 'expired';
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
    if (position <= this.filledTo) return;
    this.#gaps.silenced(this.filledTo, position);
    this.#grid.fillTo(this.channelIndex, position);
  }

  /** Due before the chunks that show the silence, and behind the gap that ends it. */
  tellUnheard(out: AudioItem[]): void {
    this.#gaps.tellUnheard(out);
  }

  /** Throws `bad-audio`, `unsupported-codec`. */
  start(event: Event<'start'>): void {
    this.#enter(event);
    this.#track = this.#isBeforeResume(event) ? undefined : this.#find(event.tracks);
    const track = this.#track;
    if (track === undefined) return;
    if (track.sampleRateHz !== this.#sampleRateHz) throw otherRate(track, this.#sampleRateHz);
    if (track.codecId === this.#codecId) return;
    this.#codecId = track.codecId;
    const choice = chooseCodec(track);
    this.#codec = choice.kind === 'known' ? choice.codec : undefined;
    this.#fit =
      choice.kind === 'known' ? undefined : new BlockFit(choice.codec, this.#sampleRateHz);
  }

  /** Audio before the next block was given up; the hole that shows it bears this reason. */
  skipped(reason: GapReason): void {
    this.#holeReason = reason;
  }

  /** Throws `unsupported-codec`. */
  block(event: Event<'block'>, out: AudioItem[]): void {
    if (event.trackNumber !== this.#track?.number) return;
    const { timestampMs, consumedBytes = 0, payload } = event;
    if (this.#codec === undefined) this.#decide(event, this.#track, out);
    else this.#place(timestampMs, payload, consumedBytes, this.#codec, out);
  }

  /**
   * No block comes any more; returns where the leg's part of the call ends. What was given up
   * last is a gap up to there. Throws `unsupported-codec` when no block has fitted.
   */
  end(lead: number, out: AudioItem[]): number {
    if (this.#fit?.hasMisfit === true && this.#track !== undefined) throw unsupported(this.#track);
    const { next } = this.clock;
    if (this.#holeReason === 'hole' || next === undefined) return lead;
    const end = Math.max(lead, this.#endTimeMs === null ? 0 : this.#limit());
    this.#gaps.tell(next, end, this.#holeReason, out);
    return end;
  }

  #enter(fragment: Event<'start'>): void {
    this.#fragment = fragment;
    this.#pointGiven = fragment.resumed;
  }

  #find(tracks: ReadonlyMap<number, AudioTrack>): AudioTrack | undefined {
    if (tracks !== this.#tracks) {
      this.#tracks = tracks;
      this.#found = findTrack(this.leg, tracks);
    }
    return this.#found;
  }

  #isBeforeResume({ metadata }: Event<'start'>): boolean {
    const first = this.#resume?.fragmentNumber;
    return first !== undefined && compareFragmentNumbers(metadata.fragmentNumber, first) < 0;
  }

  #decide(event: Event<'block'>, track: AudioTrack, out: AudioItem[]): void {
    const fit = this.#fit;
    const fragment = this.#fragment;
    if (fit === undefined || fragment === undefined) return;
    const { timestampMs, consumedBytes = 0, payload } = event;
    // A copy: what was read is valid only until the next pull.
    const held = { fragment, timestampMs, consumedBytes, payload: new Uint8Array(payload) };
    const verdict = fit.add(held);
    if (verdict === 'misfits') throw unsupported(track);
    if (verdict === 'undecided') return;
    this.#codec = fit.codec;
    this.#fit = undefined;
    out.push({
      type: 'notice',
      channel: this.leg.channel,
      message: 'the CodecID is unfamiliar; the block sizes fit 16-bit PCM and are taken as that',
    });
    for (const held of fit.take()) {
      if (held.fragment !== this.#fragment) this.#enter(held.fragment);
      this.#place(held.timestampMs, held.payload, held.consumedBytes, fit.codec, out);
    }
  }

  #place(
    timestampMs: number,
    payload: Uint8Array,
    consumedBytes: number,
    codec: Codec,
    out: AudioItem[],
  ): void {
    const { clock } = this;
    const length = Math.floor(payload.length / codec.bytesPerSample);
    const consumedMs = (consumedBytes * 1000) / (codec.bytesPerSample * this.#sampleRateHz);
    const position = clock.place(timestampMs + consumedMs);
    clock.advance(length);
    const limit = this.#limit();
    this.#gaps.tell(clock.holeFrom, Math.min(position, limit), this.#holeReason, out);
    const count = Math.min(length, limit - position);
    if (count > 0) this.#write(position, payload, count, codec, out);
    // A hole that reaches over the end is silent up to it. What lies beyond the longest duration is
    // not kept either, but shows that the channel has come so far.
    const reach = limit === this.#limitSample ? Infinity : limit;
    this.#grid.fillTo(this.channelIndex, Math.min(position + length, reach));
  }

  #limit(): number {
    const { clock } = this;
    const end = this.#endTimeMs;
    return end === null ? this.#limitSample : Math.min(this.#limitSample, clock.positionOf(end));
  }

  #write(
    position: number,
    payload: Uint8Array,
    count: number,
    codec: Codec,
    out: AudioItem[],
  ): void {
    this.#holeReason = 'hole';
    const late = this.#gaps.late(position, position + count, out);
    this.#tell(position, out);
    this.#grid.write(this.channelIndex, position, payload, 0, count, codec);
    this.#received += count - late;
    this.#hasPlaced = true;
  }

  #tell(position: number, out: AudioItem[]): void {
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
}

function otherRate(track: AudioTrack, sampleRateHz: number): CallscribeError {
  return new CallscribeError(
    'bad-audio',
    `track ${track.number} has ${track.sampleRateHz} Hz, the call began with ${sampleRateHz} Hz; ` +
      'send both parties, and all of a call, at one rate',
  );
}
