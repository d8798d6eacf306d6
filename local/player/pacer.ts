import { systemClock, type Clock } from '../../shared/clock';

/** Lets media pass at the pace of the clock. */
export interface Pacer {
  /** Resolves when media position `mediaMs` is due; at once when it is overdue. Rejects on abort. */
  waitUntil(mediaMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Position 0 is due now, every other position `mediaMs / speed` later: absolute deadlines, so
 * that late timers do not add up.
 */
export function startPacer(
  speed: number,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'> = systemClock,
): Pacer {
  const startMs = clock.monotonicMs();
  return {
    async waitUntil(mediaMs, signal) {
      signal?.throwIfAborted();
      const waitMs = startMs + mediaMs / speed - clock.monotonicMs();
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
      signal?.throwIfAborted();
    },
  };
}
