import type { RecognisedWord, Recognition } from '../../recognisers/recogniser';
import type { Lexicon } from '../lexicon';
import type { PiiType } from '../pii-types';
import type { SessionSettings } from '../request-headers';
import type { LanguageGuess } from './language-guess';
import { LanguageGuesser } from './language-guess';
import { inFormat } from './number-words';
import { PhraseBook } from './phrase-book';
import type { PiiRange } from './pii-finder';
import { PiiFinder } from './pii-finder';
import { Stabiliser } from './stabiliser';

/** Recognisers that punctuate give marks as words of their own; `*` and `#` are DTMF symbols. */
const PUNCTUATION = /^[.,?!;:]$/;
const MASK = '***';
/** Utterances are taken for one speaker's and the other's by turns. */
const SPEAKERS = ['0', '1'] as const;

export interface ShapedItem {
  readonly content: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly isMark: boolean;
  readonly confidence?: number;
  /** Absent without stabilization. */
  readonly stable?: boolean;
  readonly speaker?: string;
  readonly filterMatch: boolean;
}

export interface ShapedEntity {
  readonly type: PiiType;
  readonly content: string;
  readonly startSample: number;
  readonly endSample: number;
  readonly confidence: number;
}

export interface ShapedAlternative {
  readonly transcript: string;
  readonly items: readonly ShapedItem[];
  /** Absent unless PII was asked for and the utterance is over. */
  readonly entities?: readonly ShapedEntity[];
}

export interface ShapedResult extends LanguageGuess {
  readonly isPartial: boolean;
  readonly startSample: number;
  readonly endSample: number;
  /** The likeliest first. */
  readonly alternatives: readonly [ShapedAlternative, ...ShapedAlternative[]];
}

/** What was heard on one channel, shown as the request wants it (docs/local.md has the rules). */
export class Shaper {
  readonly #stabiliser: Stabiliser | undefined;
  readonly #filter: PhraseBook | undefined;
  readonly #pii: PiiFinder | undefined;
  readonly #languages: LanguageGuesser;

  constructor(
    private readonly settings: SessionSettings,
    lexicon: Required<Lexicon>,
  ) {
    const { unstableWords, filterNames, pii } = settings;
    if (unstableWords !== undefined) this.#stabiliser = new Stabiliser(unstableWords);
    const filtered = filterNames.flatMap((name) => lexicon.vocabularyFilters[name] ?? []);
    if (filtered.length > 0) this.#filter = new PhraseBook(filtered);
    if (pii) this.#pii = new PiiFinder(lexicon.pii, pii.types);
    this.#languages = new LanguageGuesser(settings, lexicon.languages);
  }

  shape(recognition: Recognition): ShapedResult {
    const { kind, startSample, endSample, alternatives = [] } = recognition;
    const stabilised = this.#stabiliser?.stabilise(recognition);
    const words = stabilised?.words ?? recognition.words;
    const language = this.#languages.guess(recognition, words);
    const others = stabilised && Infinity;
    return {
      languageCode: language.languageCode,
      scores: language.scores,
      isPartial: kind === 'partial',
      startSample: Math.min(startSample, words[0]?.startSample ?? startSample),
      endSample: Math.max(endSample, words[words.length - 1]?.endSample ?? endSample),
      alternatives: [
        this.#alternative(recognition, words, stabilised?.stable),
        ...alternatives.map((other) => this.#alternative(recognition, other, others)),
      ],
    };
  }

  /** The first `stable` words are; undefined: nobody asked. */
  #alternative(
    { kind, utterance }: Recognition,
    words: readonly RecognisedWord[],
    stable: number | undefined,
  ): ShapedAlternative {
    const { speakerLabels, pii, transcriptFormat: format } = this.settings;
    const speaker = speakerLabels ? SPEAKERS[(utterance - 1) % SPEAKERS.length] : undefined;
    const items: (ShapedItem | undefined)[] = words.map((word, index) =>
      itemOf(word, stable === undefined ? undefined : index < stable, speaker),
    );
    if (this.#filter) this.#applyFilter(this.#filter, words, items);
    // The service looks for PII in complete segments only (PROTOCOLS C1).
    const found = kind === 'final' ? this.#pii?.find(words.map(lowerCase)) : undefined;
    const entities = found?.map((range) => entityOf(range, words, pii?.redacts === true));
    if (pii?.redacts) for (const range of found ?? []) redact(range, items);
    let shown = items.filter((item) => item !== undefined);
    if (format) shown = shown.map((item) => ({ ...item, content: inFormat(item.content, format) }));
    return { transcript: textOf(shown), items: shown, entities };
  }

  #applyFilter(
    filter: PhraseBook,
    words: readonly RecognisedWord[],
    items: (ShapedItem | undefined)[],
  ): void {
    const { filterMethod } = this.settings;
    for (const { from, to } of filter.find(words.map(lowerCase))) {
      for (let at = from; at < to; at++) {
        const item = items[at];
        if (filterMethod === 'remove' || item === undefined) items[at] = undefined;
        else {
          const content = filterMethod === 'mask' ? MASK : item.content;
          items[at] = { ...item, content, filterMatch: true };
        }
      }
    }
  }
}

function itemOf(word: RecognisedWord, stable?: boolean, speaker?: string): ShapedItem {
  const isMark = PUNCTUATION.test(word.text);
  return {
    content: word.text,
    startSample: word.startSample,
    endSample: word.endSample,
    isMark,
    confidence: isMark ? undefined : word.confidence,
    stable,
    speaker: isMark ? undefined : speaker,
    filterMatch: false,
  };
}

function entityOf(
  { from, to, type }: PiiRange,
  words: readonly RecognisedWord[],
  redacts: boolean,
): ShapedEntity {
  const parts = words.slice(from, to);
  return {
    type,
    content: redacts ? `[${type}]` : parts.map(({ text }) => text).join(' '),
    startSample: parts[0]?.startSample ?? 0,
    endSample: parts[parts.length - 1]?.endSample ?? 0,
    confidence: Math.min(...parts.map(({ confidence }) => confidence)),
  };
}

/** One item stands for all of the entity's words. */
function redact({ from, to, type }: PiiRange, items: (ShapedItem | undefined)[]): void {
  const parts = items.slice(from, to).filter((item) => item !== undefined);
  items.fill(undefined, from, to);
  const [first] = parts;
  if (first === undefined) return;
  const endSample = parts[parts.length - 1]?.endSample ?? first.endSample;
  items[from] = { ...first, endSample, content: `[${type}]`, filterMatch: false };
}

function textOf(items: readonly ShapedItem[]): string {
  let joined = '';
  for (const { content, isMark } of items) {
    joined += joined === '' || isMark ? content : ` ${content}`;
  }
  return joined;
}

function lowerCase({ text }: RecognisedWord): string {
  return text.toLowerCase();
}
