import type { Recognition } from '../recognisers/recogniser';
import { encodeMessage, encodeStringHeaders } from './event-stream';
import type { SessionSettings } from './request-headers';
import type { ServiceException } from './service-exception';
import type { ShapedAlternative, ShapedEntity, ShapedItem, Shaper } from './shaping/shaper';

const TRANSCRIPT_EVENT = eventHeaders('TranscriptEvent');

/** The event without results that makes `send()` of the SDK resolve (PROTOCOLS C6). */
export const EMPTY_TRANSCRIPT_EVENT = encodeMessage(
  TRANSCRIPT_EVENT,
  Buffer.from('{"Transcript":{"Results":[]}}'),
);

/** Turns the recognitions of one channel into the messages of a result stream. */
export interface EventWriter {
  encode(recognition: Recognition): Buffer;
}

/** TranscriptEvents; times in seconds (PROTOCOLS C2). */
export class ResultWriter implements EventWriter {
  #utterance = 0;
  #resultId = '';

  constructor(
    private readonly settings: SessionSettings,
    private readonly channelId: string | undefined,
    private readonly shaper: Shaper,
    private readonly randomId: () => string,
  ) {}

  /** A whole event-stream message; partials and final of an utterance share one ResultId. */
  encode(recognition: Recognition): Buffer {
    if (recognition.utterance !== this.#utterance) {
      this.#utterance = recognition.utterance;
      this.#resultId = this.randomId();
    }
    const { isPartial, startSample, endSample, alternatives, languageCode, scores } =
      this.shaper.shape(recognition);
    const result = {
      Alternatives: alternatives.map((alternative) => this.#alternative(alternative)),
      ChannelId: this.channelId,
      EndTime: this.#seconds(endSample),
      IsPartial: isPartial,
      LanguageCode: languageCode,
      LanguageIdentification: scores?.map(({ languageCode, score }) => ({
        LanguageCode: languageCode,
        Score: score,
      })),
      ResultId: this.#resultId,
      StartTime: this.#seconds(startSample),
    };
    const event = JSON.stringify({ Transcript: { Results: [result] } });
    return encodeMessage(TRANSCRIPT_EVENT, Buffer.from(event));
  }

  #alternative({ transcript, items, entities }: ShapedAlternative): object {
    return {
      Entities: entities?.map((entity) => this.#entity(entity)),
      Items: items.map((item) => this.#item(item)),
      Transcript: transcript,
    };
  }

  #item(item: ShapedItem): object {
    return {
      Confidence: item.confidence,
      Content: item.content,
      EndTime: this.#seconds(item.endSample),
      Speaker: item.speaker,
      Stable: item.stable,
      StartTime: this.#seconds(item.startSample),
      Type: item.isMark ? 'punctuation' : 'pronunciation',
      VocabularyFilterMatch: item.filterMatch,
    };
  }

  #entity(entity: ShapedEntity): object {
    return {
      Category: 'PII',
      Confidence: entity.confidence,
      Content: entity.content,
      EndTime: this.#seconds(entity.endSample),
      StartTime: this.#seconds(entity.startSample),
      Type: entity.type,
    };
  }

  /** Whole milliseconds, as seconds. */
  #seconds(sample: number): number {
    return Math.round((sample * 1000) / this.settings.sampleRateHz) / 1000;
  }
}

/** `typeHeader`: an archived page of the service puts the name in another (PROTOCOLS C5). */
export function encodeException(
  exception: ServiceException,
  typeHeader: ':exception-type' | ':event-type' = ':exception-type',
): Buffer {
  const headers = encodeStringHeaders({
    ':message-type': 'exception',
    [typeHeader]: exception.name,
    ':content-type': 'application/json',
  });
  return encodeMessage(headers, Buffer.from(JSON.stringify({ Message: exception.message })));
}

/** An error that the service's model does not name (PROTOCOLS C5). */
export function encodeErrorMessage(code: string, message: string): Buffer {
  const headers = { ':message-type': 'error', ':error-code': code, ':error-message': message };
  return encodeMessage(encodeStringHeaders(headers), Buffer.alloc(0));
}

export function eventHeaders(eventType: string): Buffer {
  return encodeStringHeaders({
    ':message-type': 'event',
    ':event-type': eventType,
    ':content-type': 'application/json',
  });
}
