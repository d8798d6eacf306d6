import { numberOf } from '../../support/mkv-builder';
import { START_MS, type Step } from './voice';

/** The place at which a leg would go on whose stream has nothing left of it. */
export const RESUME = {
  fragmentNumber: numberOf(1),
  previousFragmentNumber: null,
  producerTimestampMs: START_MS,
  sample: 0,
  anchorMs: START_MS,
  received: 0,
};

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
