import type { z } from 'zod';

import type { segmentEventSchema } from '../../../shared/events';

interface SegmentEvent {
  readonly detail: z.infer<typeof segmentEventSchema>;
}

/** How fast people speak who are not understood; words a minute. */
const HURRIED = 190;
const MS_PER_MINUTE = 60_000;

/**
 * Notices hurried speech. Events may come more than once, with the same `eventId`, and a little
 * out of order: this function does not mind, one that counts should remember the ids it has seen.
 * What was said is the customer's: only ids and numbers are logged.
 */
export function handler({ detail }: SegmentEvent): Promise<void> {
  const { callId, channel, seq, words, startMs, endMs } = detail;
  const wordsPerMinute = Math.round((words.length * MS_PER_MINUTE) / Math.max(1, endMs - startMs));
  if (wordsPerMinute > HURRIED) {
    console.log(JSON.stringify({ callId, seq, channel, wordsPerMinute }));
  }
  return Promise.resolve();
}
