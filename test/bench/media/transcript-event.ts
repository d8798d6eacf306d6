import { randomUUID } from 'node:crypto';

import type { Recognition } from '../../../local/recognisers/recogniser';
import { encodeMessage, encodeStringHeaders } from '../../../local/transcribe/event-stream';
import { SAMPLE_RATE_HZ } from './audio';

const HEADERS = encodeStringHeaders({
  ':message-type': 'event',
  ':event-type': 'TranscriptEvent',
  ':content-type': 'application/json',
});

/** The event without results that opens every session (PROTOCOLS C6). */
export const NO_RESULTS = encodeEvent([]);

/** Turns what a recogniser says of one channel into TranscriptEvents with all the usual members. */
export class TranscriptEvents {
  #utterance = 0;
  #resultId = '';

  constructor(private readonly channelId: string) {}

  /** A whole event-stream message; partials and final of an utterance share one ResultId. */
  encode({ kind, utterance, startSample, endSample, words }: Recognition): Buffer {
    if (utterance !== this.#utterance) {
      this.#utterance = utterance;
      this.#resultId = randomUUID();
    }
    const items = words.map((word) => ({
      Confidence: word.confidence,
      Content: word.text,
      EndTime: toSeconds(word.endSample),
      StartTime: toSeconds(word.startSample),
      Type: 'pronunciation',
      VocabularyFilterMatch: false,
    }));
    return encodeEvent([
      {
        Alternatives: [{ Items: items, Transcript: words.map(({ text }) => text).join(' ') }],
        ChannelId: this.channelId,
        EndTime: toSeconds(endSample),
        IsPartial: kind === 'partial',
        LanguageCode: 'en-US',
        ResultId: this.#resultId,
        StartTime: toSeconds(startSample),
      },
    ]);
  }
}

function encodeEvent(results: readonly object[]): Buffer {
  return encodeMessage(HEADERS, Buffer.from(JSON.stringify({ Transcript: { Results: results } })));
}

/** Whole milliseconds, as seconds. */
function toSeconds(sample: number): number {
  return Math.round((sample * 1000) / SAMPLE_RATE_HZ) / 1000;
}
