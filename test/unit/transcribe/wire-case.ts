import type { SessionResult } from '../../../functions/worker/transcribe/session-result';
import type { TranscriptSegment } from '../../../shared/events';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';

export const SESSION_ID = '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11';
export const PLACE = { ordinal: 1, startSample: 8000, ownsTo: Infinity };
export const TIMELINE = { startTimeMs: 0, sampleRateHz: 8000 };

export interface Heard {
  readonly finals: readonly TranscriptSegment[];
  readonly partials: readonly TranscriptSegment[];
  readonly results: readonly SessionResult[];
}

export interface Case {
  readonly options: TranscribeOptions;
  readonly channelCount?: 1 | 2;
  /** What goes out beyond encoding, rate and, unless it is here, the language. */
  readonly headers: Readonly<Record<string, string>>;
  readonly configuration?: object;
  /** What comes back, where the option shows. */
  readonly shows?: (heard: Heard) => void;
}

export const IDENTIFIED = { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] };
export const IDENTIFIED_HEADERS = {
  'identify-language': 'true',
  'language-options': 'en-GB,de-DE',
};
export const showsIdentified = ({ finals }: Heard) =>
  expect(finals[0]).toMatchObject({
    languageCode: 'en-GB',
    languageScores: [{ languageCode: 'en-GB', score: 0.9 }, { languageCode: 'de-DE' }],
  });
