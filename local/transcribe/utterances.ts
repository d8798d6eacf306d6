import type { Recognition } from '../recognisers/recogniser';
import type { CallAnalyst } from './call-analyst';
import type { ParticipantRole } from './call-configuration';
import { encodeMessage } from './event-stream';
import type { SessionSettings } from './request-headers';
import type { EventWriter } from './results';
import { eventHeaders } from './results';
import type { ShapedItem, Shaper } from './shaping/shaper';

const UTTERANCE_EVENT = eventHeaders('UtteranceEvent');
const CATEGORY_EVENT = eventHeaders('CategoryEvent');

/** The event that says nothing but makes `send()` of the SDK resolve (PROTOCOLS C6). */
export const EMPTY_CATEGORY_EVENT = encodeMessage(
  CATEGORY_EVENT,
  Buffer.from('{"MatchedCategories":[],"MatchedDetails":{}}'),
);

/**
 * UtteranceEvents, and a CategoryEvent after each final that matches a category; times in
 * milliseconds (PROTOCOLS C3).
 */
export class UtteranceWriter implements EventWriter {
  #utterance = 0;
  #utteranceId = '';

  /** `role` is asked with each utterance: the configuration comes after the session's start. */
  constructor(
    private readonly settings: SessionSettings,
    private readonly shaper: Shaper,
    private readonly analyst: CallAnalyst,
    private readonly role: () => ParticipantRole | undefined,
    private readonly randomId: () => string,
  ) {}

  encode(recognition: Recognition): Buffer {
    if (recognition.utterance !== this.#utterance) {
      this.#utterance = recognition.utterance;
      this.#utteranceId = this.randomId();
    }
    const shaped = this.shaper.shape(recognition);
    const [{ transcript, items, entities }] = shaped.alternatives;
    const words = items.map(({ content }) => content.toLowerCase());
    const isFinal = !shaped.isPartial;
    const utterance = encodeJson(UTTERANCE_EVENT, {
      UtteranceId: this.#utteranceId,
      IsPartial: shaped.isPartial,
      ParticipantRole: this.role(),
      BeginOffsetMillis: this.#millis(shaped.startSample),
      EndOffsetMillis: this.#millis(shaped.endSample),
      Transcript: transcript,
      Items: items.map((item) => this.#item(item)),
      Entities: entities?.map(({ type, content, confidence, startSample, endSample }) => ({
        BeginOffsetMillis: this.#millis(startSample),
        EndOffsetMillis: this.#millis(endSample),
        Category: 'PII',
        Type: type,
        Content: content,
        Confidence: confidence,
      })),
      Sentiment: isFinal ? this.analyst.sentiment(words) : undefined,
      IssuesDetected: isFinal ? this.analyst.issues(words, items) : undefined,
      LanguageCode: shaped.languageCode,
      LanguageIdentification: shaped.scores?.map(({ languageCode, score }) => ({
        LanguageCode: languageCode,
        Score: score,
      })),
    });
    const category = isFinal ? this.#categoryEvent(words, items) : undefined;
    return category === undefined ? utterance : Buffer.concat([utterance, category]);
  }

  #categoryEvent(words: readonly string[], items: readonly ShapedItem[]): Buffer | undefined {
    const matched = this.analyst.categories(words);
    if (matched.size === 0) return undefined;
    const details = [...matched].map(([name, ranges]) => {
      const times = ranges.map(({ from, to }) => ({
        BeginOffsetMillis: this.#millis(items[from]?.startSample ?? 0),
        EndOffsetMillis: this.#millis(items[to - 1]?.endSample ?? 0),
      }));
      return [name, { TimestampRanges: times }] as const;
    });
    return encodeJson(CATEGORY_EVENT, {
      MatchedCategories: [...matched.keys()],
      MatchedDetails: Object.fromEntries(details),
    });
  }

  #item(item: ShapedItem): object {
    return {
      BeginOffsetMillis: this.#millis(item.startSample),
      EndOffsetMillis: this.#millis(item.endSample),
      Type: item.isMark ? 'punctuation' : 'pronunciation',
      Content: item.content,
      Confidence: item.confidence,
      VocabularyFilterMatch: item.filterMatch,
      Stable: item.stable,
    };
  }

  #millis(sample: number): number {
    return Math.round((sample * 1000) / this.settings.sampleRateHz);
  }
}

function encodeJson(headers: Buffer, event: object): Buffer {
  return encodeMessage(headers, Buffer.from(JSON.stringify(event)));
}
