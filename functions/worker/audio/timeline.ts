import type { Channel } from '../../../shared/call';
import { CallscribeError } from '../../../shared/errors';
import type { EndReason } from '../../../shared/events';
import type { AudioItem, Stretch } from './audio-item';
import { ChunkGrid } from './chunk-grid';
import type { ChunkMemory } from './chunk-memory';
import type { Origin } from './find-origin';
import { LegAudio } from './leg-audio';
import { ABSENCE_MS, AHEAD_MS, END_GRACE_MS, MAX_FRAGMENT_MS } from './limits';
import type { Source, SourceOptions } from './source';

export interface TimelineOptions {
  readonly sources: readonly SourceOptions[];
  /** Channels in the order in which they are interleaved. */
  readonly channels: readonly Channel[];
  /** Known when a call is taken over. */
  readonly origin?: Origin;
  /** Position from which audio is wanted (resume). */
  readonly fromSample: number;
  /** Up to where each channel's gaps are in the log already (resume). */
  readonly gapsTo: Readonly<Partial<Record<Channel, number>>>;
  /** Where the log has silence in place of a channel's audio; `gapsTo` lies before it (resume). */
  readonly unheard?: Readonly<Partial<Record<Channel, Stretch>>>;
  /** Read at every batch; dispatch may set the end while the call runs. */
  readonly control: { readonly endTimeMs: number | null };
  readonly chunkMs: number;
  /** Without audio for so long the session is let go. */
  readonly pauseMs: number;
  /** How long a stream that does not deliver holds the other one up. */
  readonly holdMs: number;
  readonly idleLimitMs: number;
  readonly maxDurationMs: number;
  /** For chunks, of one timeline at a time; by default one to which nothing is given back. */
  readonly memory?: ChunkMemory;
  /** Told of what a batch has made ready, before it is given. */
  onReady?(items: readonly AudioItem[]): void;
}

/** The legs' audio on the call's timeline: what each batch of a source, or its end, makes ready. */
export class Timeline {
  isOver = false;
  readonly #grid: ChunkGrid;
  readonly #legs: readonly LegAudio[];
  /** Where the longest duration ends: with the chunk in which it is reached. */
  readonly #limitSample: number;
  #isPaused = true;

  constructor(
    private readonly options: TimelineOptions,
    private readonly sources: readonly Source[],
    private readonly origin: Origin,
  ) {
    const { channels, fromSample, chunkMs, maxDurationMs, memory } = options;
    const chunkSamples = this.#samples(chunkMs);
    const chunks = Math.ceil(this.#samples(maxDurationMs) / chunkSamples);
    this.#limitSample = Math.max(fromSample, chunks * chunkSamples);
    this.#grid = new ChunkGrid(channels.length, chunkSamples, fromSample, memory);
    for (const source of sources) {
      source.legs = this.#legsOf(source);
      if (source.finder.openFragment !== undefined) source.fragmentStarts();
    }
    this.#legs = sources.flatMap(({ legs }) => legs);
  }

  /** A source whose batch waits. */
  get ready(): Source | undefined {
    for (const source of this.sources) if (source.batch !== undefined) return source;
    return undefined;
  }

  /** Resolves with the first source that has something to say. */
  pull(): Promise<Source> {
    const [first] = this.sources;
    if (first !== undefined && this.sources.length === 1) return first.pull();
    const open = this.sources.filter(({ ended }) => ended === undefined);
    const wanted = open.filter((source) => this.#mayPull(source));
    const [only, ...others] = wanted.length > 0 ? wanted : open;
    if (only !== undefined && others.length === 0) return only.pull();
    return Promise.race([only, ...others].flatMap((source) => source?.pull() ?? []));
  }

  /** What the source's batch, or its end, makes ready. */
  advance(source: Source): AudioItem[] {
    const out: AudioItem[] = [];
    if (source.batch !== undefined) this.#process(source, out);
    this.#fillAbsence();
    this.#emit(out);
    const reason = this.#endReason();
    if (reason !== undefined) this.#end(reason, out);
    else if (!this.#isPaused && this.#isIdle(this.options.pauseMs)) {
      this.#flush(out);
      this.#pause(out);
    }
    this.options.onReady?.(out);
    return out;
  }

  #legsOf({ options: { legs }, finder }: Source): LegAudio[] {
    const { channels, fromSample, gapsTo } = this.options;
    return legs.map(({ leg, resume }) => {
      const unheard = this.options.unheard?.[leg.channel];
      const wantedFrom = Math.min(fromSample, unheard?.fromSample ?? fromSample);
      const legAudio = new LegAudio({
        leg,
        channelIndex: channels.indexOf(leg.channel),
        grid: this.#grid,
        ...this.origin,
        limitSample: this.#limitSample,
        resume,
        gapsFrom: Math.max(gapsTo[leg.channel] ?? 0, wantedFrom),
        unheard,
      });
      if (finder.openFragment !== undefined) legAudio.start(finder.openFragment);
      return legAudio;
    });
  }

  #samples(ms: number): number {
    return Math.round((ms * this.origin.sampleRateHz) / 1000);
  }

  /** A stream that is ahead waits while another one's channel holds the chunks back. */
  #mayPull(source: Source): boolean {
    const ahead = this.#grid.lead - this.#grid.base;
    if (ahead < this.#absence() + this.#samples(AHEAD_MS)) return true;
    let slowest = Infinity;
    for (const leg of this.#legs) slowest = Math.min(slowest, leg.filledTo);
    return source.legs.some((leg) => leg.filledTo === slowest);
  }

  #process(source: Source, out: AudioItem[]): void {
    const { batch } = source;
    source.batch = undefined;
    const { endTimeMs } = this.options.control;
    if (endTimeMs !== null) {
      source.endIsKnown();
      for (const leg of source.legs) leg.endAt(endTimeMs);
    }
    for (const event of batch?.events ?? []) {
      switch (event.type) {
        case 'start':
          source.fragmentStarts();
          for (const leg of source.legs) leg.start(event);
          break;
        case 'block':
          for (const leg of source.legs) leg.block(event, out);
          break;
        case 'complete':
          source.fragmentEnds();
          // All of a fragment's tracks are here: one that lags has nothing in it.
          this.#fillBehind(source, source.lead - this.#samples(ABSENCE_MS));
          break;
        case 'skipped':
          for (const leg of source.legs) leg.skipped(event.reason);
          break;
        case 'ended':
          source.ended = event.reason;
          break;
      }
    }
  }

  /** Samples by which a channel must lag before its absence counts: others deliver in pieces. */
  #absence(): number {
    let longest = 0;
    for (const source of this.sources) longest = Math.max(longest, source.longestFragment);
    return this.#samples(ABSENCE_MS) + Math.min(longest, this.#samples(MAX_FRAGMENT_MS));
  }

  #fillAbsence(): void {
    const { lead } = this.#grid;
    for (const source of this.sources) {
      const { ended, idleMs, lead: reached } = source;
      if (ended !== undefined) this.#fillBehind(source, lead);
      else if (reached === lead) {
        // Inside one stream absence shows at a fragment's end; none is longer than this.
        this.#fillBehind(source, lead - this.#samples(MAX_FRAGMENT_MS + ABSENCE_MS));
      } else if (idleMs >= this.options.holdMs) {
        this.#fillBehind(source, lead - this.#samples(ABSENCE_MS));
      } else if (source.isIdle(ABSENCE_MS)) this.#fillBehind(source, lead - this.#absence());
    }
  }

  #fillBehind(source: Source, position: number): void {
    for (const leg of source.legs) leg.fillSilence(position);
  }

  #emit(out: AudioItem[]): void {
    this.#tellUnheard(out);
    while (!this.#isLongest) {
      if (this.#grid.skipSilence(this.#samples(this.options.pauseMs))) this.#pause(out);
      const chunk = this.#grid.take();
      if (chunk === undefined) return;
      this.#isPaused = false;
      out.push({ type: 'chunk', chunk });
    }
  }

  /** How far the furthest channel has come in the call. */
  get #lead(): number {
    return Math.min(this.#grid.lead, this.#limitSample);
  }

  /** Gives all there is of the call; channels that lag are silent up to the lead. */
  #flush(out: AudioItem[]): void {
    const to = this.#lead;
    for (const leg of this.#legs) leg.fillSilence(to);
    this.#tellUnheard(out);
    for (const chunk of this.#grid.flush(to)) out.push({ type: 'chunk', chunk });
  }

  #tellUnheard(out: AudioItem[]): void {
    for (const leg of this.#legs) leg.tellUnheard(out);
  }

  #pause(out: AudioItem[]): void {
    this.#isPaused = true;
    out.push({ type: 'pause' });
  }

  #isIdle(ms: number): boolean {
    for (const source of this.sources) {
      if (source.ended === undefined && !source.isIdle(ms)) return false;
    }
    return true;
  }

  #endReason(): EndReason | undefined {
    const { control, idleLimitMs, maxDurationMs } = this.options;
    if (this.sources.every(({ ended }) => ended !== undefined)) return this.sources[0]?.ended;
    const isEnded =
      control.endTimeMs !== null &&
      this.sources.every(
        (source) =>
          source.ended !== undefined || source.reachedEnd || source.isIdleSinceEnd(END_GRACE_MS),
      );
    if (isEnded) return 'ended';
    if (this.#isIdle(idleLimitMs)) return 'idle';
    const isTooLong =
      this.#isLongest ||
      this.sources.every(({ ended, idleMs }) => ended !== undefined || idleMs >= maxDurationMs);
    return isTooLong ? 'max-duration' : undefined;
  }

  /** Every channel is there: the one that is ahead must not cut the others off. */
  get #isLongest(): boolean {
    return this.#grid.base >= this.#limitSample;
  }

  #end(reason: EndReason, out: AudioItem[]): void {
    const isHeard = this.#legs.some((leg) => leg.hasPlaced);
    if (!isHeard && this.#legs.some((leg) => leg.isExpired)) {
      throw new CallscribeError(
        'stream-expired',
        'the stream no longer holds the audio where the call was to go on; raise its retention',
      );
    }
    const lead = this.#lead;
    const sample = Math.max(...this.#legs.map((leg) => leg.end(lead, out)));
    this.#flush(out);
    const received = Object.fromEntries(this.#legs.map((leg) => [leg.leg.channel, leg.received]));
    out.push({ type: 'end', reason, sample, received });
    this.isOver = true;
  }
}
