/** Milliseconds of the machine's monotonic clock, the same in every process. */
export function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks every 50 ms until `isDone`; throws what `failure` says after `limitMs`. */
export async function until(
  isDone: () => boolean | Promise<boolean>,
  limitMs: number,
  failure: () => string,
): Promise<void> {
  const lastMs = machineMs() + limitMs;
  while (!(await isDone())) {
    if (machineMs() > lastMs) throw new Error(failure());
    await sleep(50);
  }
}
