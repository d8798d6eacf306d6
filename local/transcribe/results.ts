import type { RecognisedWord, Recognition } from '../recognisers/recogniser';
import { encodeMessage, encodeStringHeaders } from './event-stream';
import type { SessionSettings } from './request-headers';
import type { ServiceException } from './service-exception';

const TRANSCRIPT_EVENT = encodeStringHeaders({
  ':message-type': 'event',
  ':event-type': 'TranscriptEvent',
  ':content-type': 'application/json',
});

/** Recognisers that punctuate give marks as words of their own; `*` and `#` are DTMF symbols. */
const PUNCTUATION = /^[.,?!;:]$/;
const LANGUAGE_SCORE = 0.99;

/** The event without results that makes `send()` of the SDK resolve (PROTOCOLS C6). */
export const EMPTY_TRANSCRIPT_EVENT = encodeMessage(
  TRANSCRIPT_EVENT,
  Buffer.from('{"Transcript":{"Results":[]}}'),
);

/** Turns the recognitions of one channel into TranscriptEvents. */
export class ResultWriter {
  #utterance = 0;
  #resultId = '';

  constructor(
    private readonly settings: SessionSettings,
    private readonly channelId: string | undefined,
    private readonly randomId: () => string,
  ) {}

  /** A whole event-stream message; partials and final of an utterance share one ResultId. */
  encode(recognition: Recognition): Buffer {
    if (recognition.utterance !== this.#utterance) {
      this.#utterance = recognition.utterance;
      this.#resultId = this.randomId();
    }
    const { sampleRateHz, languageCode, languageOptions } = this.settings;
    const isPartial = recognition.kind === 'partial';
    const result = {
      Alternatives: [
        { Items: this.#items(recognition.words, isPartial), Transcript: text(recognition.words) },
      ],
      ChannelId: this.channelId,
      EndTime: toSeconds(recognition.endSample, sampleRateHz),
      IsPartial: isPartial,
      LanguageCode: languageCode,
      LanguageIdentification:
        languageOptions.length > 0
          ? [{ LanguageCode: languageCode, Score: LANGUAGE_SCORE }]
          : undefined,
      ResultId: this.#resultId,
      StartTime: toSeconds(recognition.startSample, sampleRateHz),
    };
    const event = JSON.stringify({ Transcript: { Results: [result] } });
    return encodeMessage(TRANSCRIPT_EVENT, Buffer.from(event));
  }

  #items(words: readonly RecognisedWord[], isPartial: boolean): object[] {
    const { sampleRateHz, unstableWords } = this.settings;
    const firstUnstable = isPartial ? words.length - (unstableWords ?? 0) : words.length;
    return words.map((word, index) => {
      const isMark = PUNCTUATION.test(word.text);
      return {
        Confidence: isMark ? undefined : word.confidence,
        Content: word.text,
        EndTime: toSeconds(word.endSample, sampleRateHz),
        Stable: unstableWords === undefined ? undefined : index < firstUnstable,
        StartTime: toSeconds(word.startSample, sampleRateHz),
        Type: isMark ? 'punctuation' : 'pronunciation',
        VocabularyFilterMatch: false,
      };
    });
  }
}

export function encodeException(exception: ServiceException): Buffer {
  const headers = encodeStringHeaders({
    ':message-type': 'exception',
    ':exception-type': exception.name,
    ':content-type': 'application/json',
  });
  return encodeMessage(headers, Buffer.from(JSON.stringify({ Message: exception.message })));
}

function text(words: readonly RecognisedWord[]): string {
  let joined = '';
  for (const { text } of words) {
    joined += joined === '' || PUNCTUATION.test(text) ? text : ` ${text}`;
  }
  return joined;
}

/** Whole milliseconds, as seconds. */
function toSeconds(sample: number, sampleRateHz: number): number {
  return Math.round((sample * 1000) / sampleRateHz) / 1000;
}
