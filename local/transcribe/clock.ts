/** Time as the stand-in sees it; tests put a fake in its place. */
export interface StandInClock {
  /** Wall clock, epoch milliseconds: signatures and `date` headers. */
  nowMs(): number;
  /** Never jumps: idle rule, pacing, delays. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** Beyond it, as a limit of Infinity is, Node's timers would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: StandInClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
