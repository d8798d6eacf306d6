/** Time as the stand-in sees it; tests put a fake in its place. */
export interface StandInClock {
  /** Wall clock, epoch milliseconds: signatures and `date` headers. */
  nowMs(): number;
  /** Never jumps: idle rule, pacing, delays. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

export const systemClock: StandInClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
