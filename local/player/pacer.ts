import { setTimeout as sleepFor } from 'node:timers/promises';

export interface PacerClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: PacerClock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleepFor(ms, undefined, { signal }),
};

/** Lets media pass at the pace of the clock. */
export interface Pacer {
  /** Resolves when media position `mediaMs` is due; at once when it is overdue. */
  waitUntil(mediaMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Position 0 is due now, every other position `mediaMs / speed` later: absolute deadlines, so
 * that late timers do not add up.
 */
export function startPacer(speed: number, clock: PacerClock = SYSTEM_CLOCK): Pacer {
  const startMs = clock.nowMs();
  return {
    async waitUntil(mediaMs, signal) {
      signal?.throwIfAborted();
      const waitMs = startMs + mediaMs / speed - clock.nowMs();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },
  };
}
