/** Frames in which levels are judged and pocketsphinx counts time. */
export const FRAME_MS = 10;

/** Sound below this is never speech, however quiet the line. */
const LEAST_SPEECH_DBFS = -60;
/** Sound above this is always speech, however noisy the line. */
const SURE_SPEECH_DBFS = -25;
/** Speech stands this far above the line's noise. */
const MARGIN_DB = 10;
/** The noise estimate falls at once and rises slowly, so that long words do not become noise. */
const NOISE_RISE_DB_PER_FRAME = 0.03;
const FIRST_NOISE_DBFS = -65;

/** This much sound within the last 100 ms is a word's beginning and not a click. */
const ONSET_FRAMES = 4;
const ONSET_WINDOW_FRAMES = 10;

const PAUSE_MS = 400;
const LONGEST_MS = 10_000;
/** From here on shorter pauses end an utterance, so that it need not be cut within a word. */
const IMPATIENT_MS = 7_000;
const SHORT_PAUSE_MS = 150;
/** Where the best place for a cut is looked for when 10 s passed without any pause. */
export const CUT_SEARCH_MS = 1_500;
const CUT_WIDTH_FRAMES = 5;

export type EndpointEvent =
  | { readonly kind: 'none' }
  /** Speech began, a little before this frame. */
  | { readonly kind: 'onset' }
  /** A pause: the utterance ends with this frame. */
  | { readonly kind: 'pause' }
  /** It went on for too long: it ends `framesBack` frames before this one, where it is quietest. */
  | { readonly kind: 'cut'; readonly framesBack: number };

const NONE: EndpointEvent = { kind: 'none' };

/**
 * Finds utterances by level, one 10 ms frame at a time. Of the past it keeps the levels of the last
 * 1.5 s.
 */
export class Endpointer {
  #noiseDb = FIRST_NOISE_DBFS;
  #speaking = false;
  #recent: boolean[] = [];
  #levels: number[] = [];
  #frames = 0;
  #quietFrames = 0;

  /** @param levelDb root mean square of the frame in dBFS. */
  step(levelDb: number): EndpointEvent {
    const loud = this.#isSpeech(levelDb);
    return this.#speaking ? this.#continue(levelDb, loud) : this.#await(loud);
  }

  #isSpeech(levelDb: number): boolean {
    const level = Math.max(levelDb, -90);
    this.#noiseDb = Math.min(level, this.#noiseDb + NOISE_RISE_DB_PER_FRAME);
    const threshold = Math.max(LEAST_SPEECH_DBFS, this.#noiseDb + MARGIN_DB);
    return level > Math.min(threshold, SURE_SPEECH_DBFS);
  }

  #await(loud: boolean): EndpointEvent {
    this.#recent.push(loud);
    if (this.#recent.length > ONSET_WINDOW_FRAMES) this.#recent.shift();
    if (this.#recent.filter(Boolean).length < ONSET_FRAMES) return NONE;
    this.#begin(0);
    return { kind: 'onset' };
  }

  #continue(levelDb: number, loud: boolean): EndpointEvent {
    this.#frames += 1;
    this.#quietFrames = loud ? 0 : this.#quietFrames + 1;
    this.#levels.push(levelDb);
    if (this.#levels.length > CUT_SEARCH_MS / FRAME_MS) this.#levels.shift();

    const lengthMs = this.#frames * FRAME_MS;
    const enoughMs = lengthMs > IMPATIENT_MS ? SHORT_PAUSE_MS : PAUSE_MS;
    if (this.#quietFrames * FRAME_MS >= enoughMs) {
      this.#speaking = false;
      this.#recent = [];
      return { kind: 'pause' };
    }
    if (lengthMs < LONGEST_MS) return NONE;
    const framesBack = this.#quietestFramesBack();
    this.#begin(framesBack);
    return { kind: 'cut', framesBack };
  }

  #begin(framesAgo: number): void {
    this.#speaking = true;
    this.#frames = framesAgo;
    this.#quietFrames = 0;
    this.#levels = framesAgo > 0 ? this.#levels.slice(-framesAgo) : [];
  }

  /** How far back the middle of the quietest 50 ms of the last 1.5 s lies. */
  #quietestFramesBack(): number {
    let best = 0;
    let bestSum = Infinity;
    for (let start = 0; start + CUT_WIDTH_FRAMES <= this.#levels.length; start += 1) {
      const sum = this.#levels.slice(start, start + CUT_WIDTH_FRAMES).reduce((a, b) => a + b, 0);
      if (sum > bestSum) continue;
      bestSum = sum;
      best = this.#levels.length - start - Math.ceil(CUT_WIDTH_FRAMES / 2);
    }
    return best;
  }
}

/** Root mean square of the samples in dBFS; -Infinity for digital silence. */
export function levelDbfs(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length / 32_768 ** 2);
}
