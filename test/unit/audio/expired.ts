import { START_MS, resumePoint, type Step } from './voice';

/** The place at which a leg would go on whose stream has nothing left of it. */
export const RESUME = resumePoint(0);

/** What the reader of such a stream tells. */
export const EXPIRED: Step = {
  atMs: 0,
  status: 'live',
  events: [{ type: 'skipped', reason: 'expired' }],
};

/** The timeline goes on after the two seconds that were heard before. */
export const RESUMED = {
  origin: { startTimeMs: START_MS, sampleRateHz: 8_000 },
  fromSample: 16_000,
};
