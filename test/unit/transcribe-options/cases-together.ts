import { AUDIO_CASES } from './audio-cases';
import { CALL_ANALYTICS_CASES } from './call-analytics-cases';
import { CONTENT_CASES } from './content-cases';
import { LANGUAGE_CASES } from './language-cases';

/** Options that are right each alone and wrong together. */
export const TOGETHER = [
  ...LANGUAGE_CASES,
  ...CONTENT_CASES,
  ...AUDIO_CASES,
  ...CALL_ANALYTICS_CASES,
];
