import type { TrueSymbol } from '../../../local/dtmf/dtmf';

/** So many symbols in a row name their call: one chance in 16 million that two have the same. */
const RUN = 6;

/** Finds the call that a run of symbols belongs to. */
export class SequenceIndex {
  readonly #ownerByRun = new Map<string, string>();

  add(owner: string, symbols: readonly TrueSymbol[]): void {
    const text = symbols.map(({ symbol }) => symbol).join('');
    for (let at = 0; at + RUN <= text.length; at++) {
      const run = text.slice(at, at + RUN);
      if (!this.#ownerByRun.has(run)) this.#ownerByRun.set(run, owner);
    }
  }

  /** Owner of the last run in the symbols; undefined when they are too few, or nobody's. */
  ownerOf(symbols: readonly string[]): string | undefined {
    for (let end = symbols.length; end >= RUN; end--) {
      const owner = this.#ownerByRun.get(symbols.slice(end - RUN, end).join(''));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** Which of the symbols lie in a run of somebody else. */
  ofOthers(owner: string, symbols: readonly string[]): boolean[] {
    const marked = symbols.map(() => false);
    for (let at = 0; at + RUN <= symbols.length; at++) {
      const found = this.#ownerByRun.get(symbols.slice(at, at + RUN).join(''));
      if (found !== undefined && found !== owner) marked.fill(true, at, at + RUN);
    }
    return marked;
  }
}
