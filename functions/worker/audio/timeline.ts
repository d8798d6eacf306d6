import type { Channel } from '../../../shared/call';
import type { EndReason } from '../../../shared/events';
import type { AudioItem } from './audio-item';
import { ChunkGrid } from './chunk-grid';
import { LegAudio } from './leg-audio';
import { Source, type SourceOptions } from './source';

/** How far one channel must be ahead before the other's absence counts as silence. */
const ABSENCE_MS = 2_000;
/** How far one stream may be read ahead of the other: bounds what the grid holds. */
const AHEAD_MS = 5_000;
/** After an end event, audio may still come for so long at the live edge. */
const END_GRACE_MS = 10_000;

export interface TimelineOptions {
  readonly sources: readonly SourceOptions[];
  /** Channels in the order in which they are interleaved. */
  readonly channels: readonly Channel[];
  /** Known when a call is taken over. */
  readonly origin?: { readonly startTimeMs: number; readonly sampleRateHz: number };
  /** Position from which audio is wanted (resume). */
  readonly fromSample: number;
  /** Up to where each channel's gaps are in the log already (resume). */
  readonly gapsTo: Readonly<Partial<Record<Channel, number>>>;
  /** Read at every batch; dispatch may set the end while the call runs. */
  readonly control: { readonly endTimeMs: number | null };
  readonly chunkMs: number;
  /** Without audio for so long the session is let go. */
  readonly pauseMs: number;
  /** How long a stream that does not deliver holds the other one up. */
  readonly holdMs: number;
  readonly idleLimitMs: number;
  readonly maxDurationMs: number;
}

/**
 * Merges the legs' audio onto the call's timeline (DESIGN 6). Yields what one network read made
 * ready; the last item is `end`. Buffers at most AHEAD_MS plus one batch per stream.
 */
export async function* placeAudio(options: TimelineOptions): AsyncGenerator<AudioItem[]> {
  const sources = options.sources.map((source) => new Source(source));
  try {
    const origin = options.origin ?? (await findOrigin(sources, options));
    if (origin === undefined) {
      yield [{ type: 'end', reason: endOfNothing(sources), sample: 0, received: {} }];
      return;
    }
    if (options.origin === undefined) yield [{ type: 'origin', ...origin }];
    yield* new Timeline(options, sources, origin).run();
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}

type Origin = NonNullable<TimelineOptions['origin']>;

/**
 * Position 0 is the earliest first sample; every stream is asked before it is fixed, so that no
 * leg's audio can lie before it. Undefined: no audio ever came.
 */
async function findOrigin(
  sources: readonly Source[],
  options: Pick<TimelineOptions, 'idleLimitMs' | 'control'>,
): Promise<Origin | undefined> {
  for (;;) {
    const open = sources.filter((s) => s.finder.found === undefined && s.ended === undefined);
    const found = sources.flatMap((source) => source.finder.found ?? []);
    if (found.length > 0 && open.every((source) => source.finder.absent)) {
      const startTimeMs = Math.min(...found.map((first) => first.timestampMs));
      return { startTimeMs, sampleRateHz: found[0]?.sampleRateHz ?? 0 };
    }
    const wrong = open.find((source) => source.finder.wrongTracks);
    if (wrong !== undefined && open.length === sources.length) {
      if (open.every((source) => source.finder.wrongTracks)) throw wrong.finder.unknownTrack();
    }
    const patienceMs = options.control.endTimeMs === null ? options.idleLimitMs : END_GRACE_MS;
    if (open.every((source) => source.isIdle(patienceMs))) return undefined;
    const source = await Promise.race(open.map((candidate) => candidate.pull()));
    if (source.batch === undefined) continue;
    source.finder.look(source.batch);
    const ended = source.batch.events.find((event) => event.type === 'ended');
    if (ended?.type === 'ended') source.ended = ended.reason;
    // The batch with the first sample is kept: its views stay valid until the next pull.
    if (source.finder.found === undefined) source.batch = undefined;
  }
}

function endOfNothing(sources: readonly Source[]): EndReason {
  return sources.find((source) => source.ended !== undefined)?.ended ?? 'idle';
}

class Timeline {
  readonly #grid: ChunkGrid;
  readonly #legs: LegAudio[] = [];
  #paused = true;

  constructor(
    private readonly options: TimelineOptions,
    private readonly sources: readonly Source[],
    private readonly origin: Origin,
  ) {
    const { channels, fromSample, gapsTo } = options;
    this.#grid = new ChunkGrid(channels.length, this.#samples(options.chunkMs), fromSample);
    for (const source of sources) {
      source.legs = source.options.legs.map(
        ({ leg, resume }) =>
          new LegAudio(
            leg,
            channels.indexOf(leg.channel),
            this.#grid,
            origin.sampleRateHz,
            origin.startTimeMs,
            resume,
            gapsTo[leg.channel] ?? 0,
          ),
      );
      this.#legs.push(...source.legs);
    }
  }

  async *run(): AsyncGenerator<AudioItem[]> {
    for (;;) {
      const out: AudioItem[] = [];
      const source = await this.#nextBatch();
      if (source !== undefined) this.#process(source, out);
      this.#fillAbsence();
      this.#emit(out);
      const reason = this.#endReason();
      if (reason !== undefined) {
        this.#flush(out);
        const received = Object.fromEntries(
          this.#legs.map((leg) => [leg.leg.channel, leg.received]),
        );
        out.push({ type: 'end', reason, sample: this.#grid.base, received });
        yield out;
        return;
      }
      if (this.#allIdle(this.options.pauseMs) && !this.#paused) {
        this.#flush(out);
        this.#pause(out);
      }
      if (out.length > 0) yield out;
    }
  }

  #samples(ms: number): number {
    return Math.round((ms * this.origin.sampleRateHz) / 1000);
  }

  /** A source with a batch to process; undefined when a source ended instead. */
  async #nextBatch(): Promise<Source | undefined> {
    const kept = this.sources.find((source) => source.batch !== undefined);
    if (kept !== undefined) return kept;
    const open = this.sources.filter((source) => source.ended === undefined);
    const pulled = open.filter((source) => this.#mayPull(source));
    if (pulled.length === 0) return undefined;
    const source = await (pulled.length === 1
      ? (pulled[0] as Source).pull()
      : Promise.race(pulled.map((candidate) => candidate.pull())));
    return source.batch === undefined ? undefined : source;
  }

  /** A stream that is ahead waits while another one's channel holds the chunks back. */
  #mayPull(source: Source): boolean {
    const ahead = this.#grid.lead - this.#grid.base;
    if (ahead < this.#samples(AHEAD_MS)) return true;
    const slowest = Math.min(...this.#legs.map((leg) => this.#grid.filledTo(leg.channelIndex)));
    return source.legs.some((leg) => this.#grid.filledTo(leg.channelIndex) === slowest);
  }

  #process(source: Source, out: AudioItem[]): void {
    const batch = source.batch;
    source.batch = undefined;
    const { endTimeMs } = this.options.control;
    if (endTimeMs !== null) for (const leg of source.legs) leg.endAt(endTimeMs);
    for (const event of batch?.events ?? []) {
      switch (event.type) {
        case 'start':
          source.insideFragment = true;
          for (const leg of source.legs) leg.start(event);
          break;
        case 'block':
          for (const leg of source.legs) leg.block(event, out);
          break;
        case 'complete':
          source.insideFragment = false;
          // All of a fragment's tracks are here: one that lags has nothing in it.
          this.#fillWithin(source);
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

  #fillWithin(source: Source): void {
    const lead = Math.max(...source.legs.map((leg) => this.#grid.filledTo(leg.channelIndex)));
    for (const leg of source.legs) leg.fillSilence(lead - this.#samples(ABSENCE_MS));
  }

  #fillAbsence(): void {
    const { lead } = this.#grid;
    for (const source of this.sources) {
      const absent = source.status === 'live' || source.idleMs >= this.options.holdMs;
      const fillTo = source.ended !== undefined ? lead : lead - this.#samples(ABSENCE_MS);
      if (source.ended === undefined && !absent) continue;
      for (const leg of source.legs) {
        if (this.#isOwnLead(source, lead)) continue;
        leg.fillSilence(fillTo);
      }
    }
  }

  /** Inside one stream absence shows at the end of a fragment, not between two of its blocks. */
  #isOwnLead(source: Source, lead: number): boolean {
    return (
      source.ended === undefined &&
      source.legs.some((leg) => this.#grid.filledTo(leg.channelIndex) === lead)
    );
  }

  #emit(out: AudioItem[]): void {
    for (;;) {
      if (this.#grid.skipSilence(this.#samples(this.options.pauseMs))) this.#pause(out);
      const chunk = this.#grid.take();
      if (chunk === undefined) return;
      this.#paused = false;
      out.push({ type: 'chunk', chunk });
    }
  }

  #flush(out: AudioItem[]): void {
    for (const chunk of this.#grid.flush()) out.push({ type: 'chunk', chunk });
  }

  #pause(out: AudioItem[]): void {
    this.#paused = true;
    out.push({ type: 'pause' });
  }

  #allIdle(ms: number): boolean {
    return this.sources.every(
      (source) => source.ended !== undefined || (source.status === 'live' && source.idleMs >= ms),
    );
  }

  #endReason(): EndReason | undefined {
    const { control, idleLimitMs, maxDurationMs } = this.options;
    const open = this.sources.filter((source) => source.ended === undefined);
    if (open.length === 0) return this.sources[0]?.ended ?? 'idle';
    if (control.endTimeMs !== null) {
      if (open.every((source) => source.reachedEnd || source.isIdle(END_GRACE_MS))) return 'ended';
    }
    if (this.#allIdle(idleLimitMs)) return 'idle';
    return this.#grid.lead >= this.#samples(maxDurationMs) ? 'max-duration' : undefined;
  }
}
