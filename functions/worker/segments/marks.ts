import type { AudioChunk } from '../audio/chunk-grid';

/** Sound is looked for in pieces of this length. */
const PIECE_MS = 20;
/** A mark keeps so far away from the next sound: a word's onset may be fainter than itself. */
const ONSET_MS = 500;
/**
 * Stretches of unheard sound remembered per channel, those of some minutes of speech that a call
 * catching up has sent and heard nothing of; beyond it neighbours are joined.
 */
const MAX_STRETCHES = 4_096;
/** Unanswered sounds that are nearer to each other than this are told of as one stretch. */
const JOIN_MS = 500;
/**
 * Less sound than this is a click, or the rest of a word: nobody misses it. What is shortest and
 * says something by itself is a keypad tone, of 50 ms and mostly more: it touches three pieces.
 */
export const MIN_UNHEARD_MS = 50;

interface Stretch {
  readonly from: number;
  to: number;
}

/** A stretch of one channel, given by its index, in samples of the timeline. */
export interface UnansweredStretch {
  readonly channel: number;
  readonly fromSample: number;
  readonly toSample: number;
}

interface ChannelMarks {
  /** Everything before it is in the log; where a replay begins. */
  mark: number;
  /** End of the last final's last word, or of the last interval: words before it are known. */
  known: number;
  /** End of the last word that is in the log: no word begins before it. */
  wordsTo: number;
  /** Up to here a final has decided what the sound is. */
  decided: number;
  /** Sound that no final has decided on yet, rising. */
  stretches: Stretch[];
}

export interface MarksOptions {
  /** Marks to begin with, per channel (resume). */
  readonly marks: readonly number[];
  /** Peaks below this are silence, 0 to 32768. */
  readonly silencePeak: number;
}

/**
 * How far each channel is in the log (DESIGN 3, "Marks"): to the end of the last word of the
 * last final, and on over audio below the silence threshold that has been sent.
 */
export class Marks {
  readonly #channels: ChannelMarks[];
  #sentTo = 0;
  /** Up to here sound was looked for. */
  #heardTo = 0;
  #sampleRateHz = 8_000;

  constructor(private readonly options: MarksOptions) {
    this.#channels = options.marks.map((mark) => ({
      mark,
      known: mark,
      wordsTo: 0,
      decided: mark,
      stretches: [],
    }));
  }

  /** Must be told before the first audio. */
  set sampleRateHz(value: number) {
    this.#sampleRateHz = value;
  }

  get all(): readonly number[] {
    return this.#channels.map((channel) => channel.mark);
  }

  /** Words whose midpoint lies before this are in the log already. */
  known(channel: number): number {
    return this.#channels[channel]?.known ?? 0;
  }

  /** Where the last word in the log ends; 0 when that was before this worker's time. */
  wordsTo(channel: number): number {
    return this.#channels[channel]?.wordsTo ?? 0;
  }

  /** Samples of sound before `toSample` that no final has decided on, all channels together. */
  undecided(toSample: number): number {
    let sum = 0;
    for (const { decided, stretches } of this.#channels) {
      for (const { from, to } of stretches) {
        sum += Math.max(0, Math.min(to, toSample) - Math.max(from, decided));
      }
    }
    return sum;
  }

  /**
   * Sound before `toSample` that no final has decided on, as stretches of each channel, rising:
   * what `done` would pass over without a word.
   */
  unanswered(toSample: number): UnansweredStretch[] {
    const minSamples = this.#samples(MIN_UNHEARD_MS);
    return this.#channels.flatMap(({ decided, stretches }, channel) => {
      const cut = stretches.map(({ from, to }) => ({
        from: Math.max(from, decided),
        to: Math.min(to, toSample),
      }));
      return joined(cut, this.#samples(JOIN_MS))
        .filter(({ sound }) => sound >= minSamples)
        .map(({ from, to }) => ({ channel, fromSample: from, toSample: to }));
    });
  }

  /** What lies before `toSample` of this channel is told of: nothing of it is waited for. */
  passOver(channel: number, toSample: number): void {
    const marks = this.#channels[channel];
    if (marks !== undefined) this.#pass(marks, toSample);
  }

  /** Audio that is on its way to a session: what was not shown here is never passed over. */
  audio(chunk: AudioChunk): void {
    this.#heardTo = Math.max(this.#heardTo, chunk.startSample + chunk.sampleCount);
    for (let channel = 0; channel < this.#channels.length; channel++) {
      if ((chunk.peaks[channel] ?? 0) < this.options.silencePeak) continue;
      this.#findSound(this.#channels[channel]!, channel, chunk);
    }
  }

  /** Audio up to here has been sent to the session whose results are being read. */
  sent(toSample: number): void {
    this.#sentTo = Math.max(this.#sentTo, toSample);
    for (const marks of this.#channels) this.#passSilence(marks);
  }

  /** A final: its words end at `lastWordEnd` (none: undefined), its audio at `endSample`. */
  final(channel: number, endSample: number, lastWordEnd: number | undefined): void {
    const marks = this.#channels[channel];
    if (marks === undefined) return;
    if (lastWordEnd !== undefined) {
      marks.known = Math.max(marks.known, lastWordEnd);
      marks.wordsTo = Math.max(marks.wordsTo, lastWordEnd);
      marks.mark = Math.max(marks.mark, lastWordEnd);
    }
    marks.decided = Math.max(marks.decided, endSample, lastWordEnd ?? 0);
    this.#passSilence(marks);
  }

  /** Everything before `toSample` has been heard to the end, on all channels. */
  done(toSample: number): void {
    this.#sentTo = Math.max(this.#sentTo, toSample);
    for (const marks of this.#channels) this.#pass(marks, toSample);
  }

  #pass(marks: ChannelMarks, toSample: number): void {
    marks.known = Math.max(marks.known, toSample);
    marks.mark = Math.max(marks.mark, toSample);
    marks.decided = Math.max(marks.decided, toSample);
    this.#dropDecided(marks);
  }

  #samples(ms: number): number {
    return (ms * this.#sampleRateHz) / 1000;
  }

  #findSound(marks: ChannelMarks, channel: number, chunk: AudioChunk): void {
    const { startSample, sampleCount, peaks, samplesAt = 0 } = chunk;
    const samples = chunk.samples ?? samplesOf(chunk);
    const first = samplesAt + channel;
    const piece = this.#samples(PIECE_MS);
    const stride = peaks.length;
    for (let from = 0; from < sampleCount; from += piece) {
      const to = Math.min(from + piece, sampleCount);
      for (let i = from; i < to; i++) {
        const sample = samples[first + i * stride] as number;
        if (sample < this.options.silencePeak && -sample < this.options.silencePeak) continue;
        this.#addStretch(marks, startSample + from, startSample + to);
        break;
      }
    }
  }

  #addStretch(marks: ChannelMarks, from: number, to: number): void {
    if (to <= marks.decided) return;
    const last = marks.stretches.at(-1);
    const join = last !== undefined && (from <= last.to || marks.stretches.length >= MAX_STRETCHES);
    if (join) last.to = Math.max(last.to, to);
    else marks.stretches.push({ from, to });
  }

  #passSilence(marks: ChannelMarks): void {
    this.#dropDecided(marks);
    const onset = this.#samples(ONSET_MS);
    const sound = Math.max(marks.stretches[0]?.from ?? Infinity, marks.decided);
    const quietTo = Math.min(sound, this.#sentTo, this.#heardTo) - onset;
    marks.mark = Math.max(marks.mark, quietTo);
  }

  #dropDecided(marks: ChannelMarks): void {
    const { stretches, decided } = marks;
    const first = stretches[0];
    // Told at every chunk, of which hardly any changes this.
    if (first === undefined || first.to > decided) return;
    const keep = stretches.findIndex((stretch) => stretch.to > decided);
    stretches.splice(0, keep < 0 ? stretches.length : keep);
  }
}

function samplesOf({ bytes }: AudioChunk): Int16Array {
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

/** Neighbours made one; `sound` is what they have without the quiet between them. */
function joined(stretches: readonly Stretch[], nearer: number): (Stretch & { sound: number })[] {
  const result: (Stretch & { sound: number })[] = [];
  for (const { from, to } of stretches) {
    if (to <= from) continue;
    const last = result.at(-1);
    if (last !== undefined && from - last.to < nearer) {
      last.to = to;
      last.sound += to - from;
    } else result.push({ from, to, sound: to - from });
  }
  return result;
}
