/** How far one channel must be ahead, and for how long, before absence counts as silence. */
export const ABSENCE_MS = 2_000;
/** After an end event, audio may still come for so long at the live edge. */
export const END_GRACE_MS = 10_000;
/** KVS takes no longer fragment (PutMedia error 4002). */
export const MAX_FRAGMENT_MS = 10_000;
/**
 * How far one stream may be read ahead of the other beyond the point where absence is proved:
 * bounds what the grid holds.
 */
export const AHEAD_MS = 1_000;
