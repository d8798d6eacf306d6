import { spokenPhrases } from '../speech/spoken-words';

/** Longest word sequence that is counted. */
const ORDER = 3;
const START = '<s>';
const END = '</s>';
/** log10 of a probability that stands for "never"; what ARPA files give for the start mark. */
const NEVER = -99;
/** Joins the words of a sequence into one key. */
const SEPARATOR = ' ';

export interface LanguageModel {
  /** ARPA back-off trigram model, as every Sphinx tool reads it. */
  readonly arpa: string;
  /** Every word of it once, without the sentence marks. */
  readonly vocabulary: readonly string[];
}

/** What follows one history: how often in all, and how many different words. */
interface Followers {
  total: number;
  readonly counts: Map<string, number>;
}

/**
 * Builds a trigram model with Witten-Bell smoothing. A line of the text is one thing somebody may
 * say; its phrases between punctuation count as sentences of their own too, because speakers pause
 * there and a pause ends an utterance.
 */
export function buildLanguageModel(text: string): LanguageModel {
  const sentences = text.split('\n').flatMap(sentencesOfLine);
  const histories = count(sentences);
  const vocabulary = [...new Set(sentences.flat())].sort();
  const probability = wittenBell(histories, vocabulary.length + 1);

  const sections = Array.from({ length: ORDER }, (_, index) =>
    section(index + 1, histories, probability),
  );
  const header = ['\\data\\', ...sections.map((s, index) => `ngram ${index + 1}=${s.length}`)];
  const body = sections.flatMap((lines, index) => ['', `\\${index + 1}-grams:`, ...lines]);
  return { arpa: [...header, ...body, '', '\\end\\', ''].join('\n'), vocabulary };
}

function sentencesOfLine(line: string): string[][] {
  const phrases = spokenPhrases(line);
  return phrases.length > 1 ? [phrases.flat(), ...phrases] : phrases;
}

/** Followers of every history of 0 to ORDER - 1 words. */
function count(sentences: readonly string[][]): Map<string, Followers> {
  const histories = new Map<string, Followers>();
  for (const sentence of sentences) {
    const marked = [START, ...sentence, END];
    for (let end = 1; end < marked.length; end += 1) {
      for (let length = 0; length < ORDER && length <= end; length += 1) {
        add(histories, marked.slice(end - length, end).join(SEPARATOR), marked[end] ?? END);
      }
    }
  }
  return histories;
}

function add(histories: Map<string, Followers>, history: string, word: string): void {
  let followers = histories.get(history);
  if (!followers) histories.set(history, (followers = { total: 0, counts: new Map() }));
  followers.total += 1;
  followers.counts.set(word, (followers.counts.get(word) ?? 0) + 1);
}

type Probability = (history: readonly string[], word: string) => number;

/** Interpolated: each history shares its weight with the next shorter one, the last with all words. */
function wittenBell(histories: ReadonlyMap<string, Followers>, words: number): Probability {
  const probability: Probability = (history, word) => {
    const shorter = history.length === 0 ? 1 / words : probability(history.slice(1), word);
    const followers = histories.get(history.join(SEPARATOR));
    if (!followers) return shorter;
    const kinds = followers.counts.size;
    return ((followers.counts.get(word) ?? 0) + kinds * shorter) / (followers.total + kinds);
  };
  return probability;
}

function section(
  length: number,
  histories: ReadonlyMap<string, Followers>,
  probability: Probability,
): string[] {
  const lines: string[] = [];
  if (length === 1) lines.push(`${NEVER}\t${START}${backOff(histories.get(START))}`);
  for (const [key, followers] of histories) {
    const history = key === '' ? [] : key.split(SEPARATOR);
    if (history.length !== length - 1) continue;
    for (const word of followers.counts.keys()) {
      const gram = [...history, word].join(SEPARATOR);
      const log = Math.log10(probability(history, word)).toFixed(5);
      lines.push(`${log}\t${gram}${length < ORDER ? backOff(histories.get(gram)) : ''}`);
    }
  }
  return lines;
}

/** The share of a history's weight that goes to the shorter history. */
function backOff(followers: Followers | undefined): string {
  if (!followers) return '';
  const kinds = followers.counts.size;
  return `\t${Math.log10(kinds / (followers.total + kinds)).toFixed(5)}`;
}
