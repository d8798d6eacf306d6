import type { TrueSymbol } from '../../../local/dtmf/dtmf';
import type { Stretch } from '../plan/call-plan';
import type { SequenceIndex } from './sequence-index';

/** A symbol may be off by so much: the recogniser is exact to a few milliseconds. */
export const SHIFT_TOLERANCE_MS = 20;
/** Nearer than half the pitch of symbols: it can be no other symbol. */
const NEAR_MS = 49;
/** A displaced stretch is looked for at shifts of up to this. */
const FAR_MS = 20_000;
/** So many symbols with one shift are a displaced stretch, fewer may be chance. */
const MIN_DISPLACED = 4;

export interface ExpectedSymbol extends TrueSymbol {
  /** False where the audio breaks off inside the symbol: it may be heard or not. */
  readonly certain: boolean;
}

export interface HeardWord {
  readonly text: string;
  readonly startMs: number;
}

export interface WordsVerdict {
  readonly lost: number;
  readonly duplicated: number;
  readonly shifted: number;
  readonly foreign: number;
  /** Where symbols are missing, also such as may be. */
  readonly lostAt: readonly Stretch[];
  /** Positions of the first few that were lost or too many, for people. */
  readonly examples: readonly string[];
}

/**
 * Compares what one channel's log says with the truth. Every heard word is one symbol of the
 * truth, at its time; else it is shifted, another call's, or there once too often.
 */
export function judgeWords(
  owner: string,
  expected: readonly ExpectedSymbol[],
  heard: readonly HeardWord[],
  index: SequenceIndex,
): WordsVerdict {
  const matching = new Matching(expected);
  const rest: HeardWord[] = [];
  let shifted = 0;
  for (const word of [...heard].sort((a, b) => a.startMs - b.startMs)) {
    const offMs = matching.takeNear(word);
    if (offMs === undefined) rest.push(word);
    else if (offMs > SHIFT_TOLERANCE_MS) shifted += 1;
  }
  const isForeign = index.ofOthers(
    owner,
    rest.map(({ text }) => text),
  );
  const extra = rest.filter((_, at) => !isForeign[at]);
  const displaced = matching.takeDisplaced(extra);
  const lost = matching.missing();
  return {
    lost: lost.length,
    duplicated: extra.length - displaced,
    shifted: shifted + displaced,
    foreign: rest.length - extra.length,
    lostAt: matching.unheard().map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })),
    examples: [
      ...lost.slice(0, 3).map(({ startMs }) => `lost at ${startMs} ms`),
      ...extra.slice(0, 3).map(({ startMs }) => `too many at ${startMs} ms`),
    ],
  };
}

class Matching {
  readonly #taken = new Set<number>();

  constructor(private readonly expected: readonly ExpectedSymbol[]) {}

  /** Takes the symbol that is meant and returns how far off it is; undefined: there is none left. */
  takeNear(word: HeardWord): number | undefined {
    for (let at = this.#firstFrom(word.startMs - NEAR_MS); at < this.expected.length; at++) {
      const symbol = this.expected[at] as ExpectedSymbol;
      const offMs = Math.abs(symbol.startMs - word.startMs);
      if (symbol.startMs > word.startMs + NEAR_MS) return undefined;
      if (symbol.symbol !== word.text || this.#taken.has(at)) continue;
      this.#taken.add(at);
      // The onset of a symbol that is cut off lies where the audio begins.
      return symbol.certain ? offMs : 0;
    }
    return undefined;
  }

  /** How many of the words fit symbols that are left, in stretches of one shift. */
  takeDisplaced(words: readonly HeardWord[]): number {
    let displaced = 0;
    const left = new Set(words);
    for (;;) {
      const best = this.#commonShift([...left]);
      if (best.length < MIN_DISPLACED) return displaced;
      for (const [word, at] of best) {
        left.delete(word);
        this.#taken.add(at);
        displaced += 1;
      }
    }
  }

  missing(): ExpectedSymbol[] {
    return this.unheard().filter(({ certain }) => certain);
  }

  /** Missing, or cut off so that it may be. */
  unheard(): ExpectedSymbol[] {
    return this.expected.filter((_, at) => !this.#taken.has(at));
  }

  #commonShift(words: readonly HeardWord[]): [HeardWord, number][] {
    const byShift = new Map<number, [HeardWord, number][]>();
    for (const word of words) {
      for (let at = this.#firstFrom(word.startMs - FAR_MS); at < this.expected.length; at++) {
        const symbol = this.expected[at] as ExpectedSymbol;
        if (symbol.startMs > word.startMs + FAR_MS) break;
        if (symbol.symbol !== word.text || this.#taken.has(at)) continue;
        const shift = Math.round((word.startMs - symbol.startMs) / SHIFT_TOLERANCE_MS);
        const pairs = byShift.get(shift);
        if (pairs === undefined) byShift.set(shift, [[word, at]]);
        else if (pairs.every(([other, taken]) => other !== word && taken !== at)) {
          pairs.push([word, at]);
        }
      }
    }
    return [...byShift.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  }

  /** Index of the first symbol that begins at or after the time. */
  #firstFrom(startMs: number): number {
    let low = 0;
    let high = this.expected.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.expected[middle] as ExpectedSymbol).startMs < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
