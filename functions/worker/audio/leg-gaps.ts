import type { Channel } from '../../../shared/call';
import type { GapReason } from '../../../shared/events';
import type { AudioItem, Stretch } from './audio-item';

/** Shorter gaps are rounding, for instance of a gap that a worker before has written down. */
const MIN_GAP_MS = 1;

export interface LegGapsOptions {
  readonly channel: Channel;
  readonly sampleRateHz: number;
  /** Channel positions before this one have had their gaps told already. */
  readonly gapsFrom: number;
  /** Nothing from this position on belongs to the call. */
  readonly limitSample: number;
  /** As the log has it: silence in place of this leg's audio (resume). May be empty. */
  readonly unheard?: Stretch;
}

/** What of a leg is not heard: its gaps, each told once, and silence in place of its audio. */
export class LegGaps {
  #gapsFrom: number;
  /** Absence was filled with silence from here to there; to 0: it was not, or is over. */
  #silencedFrom = 0;
  #silencedTo = 0;
  /** `unheardFrom` as it was told last. */
  #toldUnheard: number | undefined;

  constructor(private readonly options: LegGapsOptions) {
    const { gapsFrom, unheard } = options;
    this.#gapsFrom = gapsFrom;
    // An empty stretch is heard now: the mark that the log has lies before it.
    this.#toldUnheard = unheard?.fromSample;
    if (unheard === undefined || unheard.toSample <= unheard.fromSample) return;
    this.#silencedFrom = unheard.fromSample;
    this.#silencedTo = unheard.toSample;
  }

  /** The leg was at `fromSample`; up to `toSample` there is silence in its place now. */
  silenced(fromSample: number, toSample: number): void {
    // What lies before `gapsFrom` was heard by another worker, or is told.
    if (this.#silencedTo === 0) this.#silencedFrom = Math.max(fromSample, this.#gapsFrom);
    this.#silencedTo = Math.max(this.#silencedTo, Math.min(toSample, this.options.limitSample));
  }

  /**
   * Tells from where the channel is silence for want of audio, if that has changed: due before the
   * chunks that show it, so that no mark passes over it unknown, and behind the gap that ends it.
   */
  tellUnheard(out: AudioItem[]): void {
    const fromSample = this.#silencedTo > this.#silencedFrom ? this.#silencedFrom : undefined;
    if (fromSample === this.#toldUnheard) return;
    this.#toldUnheard = fromSample;
    out.push({ type: 'unheard', channel: this.options.channel, fromSample });
  }

  /** How many of these samples come after their place was filled with silence; tells of them. */
  late(fromSample: number, toSample: number, out: AudioItem[]): number {
    if (this.#silencedTo === 0) return 0;
    const from = Math.max(fromSample, this.#silencedFrom);
    const late = Math.min(this.#silencedTo, toSample) - from;
    // What follows up to there is late as well, or missing.
    if (late > 0) this.tell(from, this.#silencedTo, 'late', out);
    if (toSample >= this.#silencedTo) this.#silencedTo = 0;
    return Math.max(0, late);
  }

  /** Tells of a gap, as far as none was told of. */
  tell(fromSample: number, toSample: number, reason: GapReason, out: AudioItem[]): void {
    const from = Math.max(fromSample, this.#gapsFrom);
    if (toSample <= from) return;
    this.#gapsFrom = toSample;
    const { channel, sampleRateHz } = this.options;
    if (toSample - from < (MIN_GAP_MS * sampleRateHz) / 1000) return;
    out.push({ type: 'gap', channel, fromSample: from, toSample, reason });
  }
}
