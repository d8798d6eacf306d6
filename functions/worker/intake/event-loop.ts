import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** How late the event loop was on the average since it was last asked, in milliseconds. */
export function watchEventLoop(): () => number {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return () => {
    const { mean } = delays;
    delays.reset();
    // What is measured includes the interval of the measurement itself; NaN when nothing was yet.
    return Math.max(0, (Number.isNaN(mean) ? 0 : mean / NS_PER_MS) - RESOLUTION_MS);
  };
}
