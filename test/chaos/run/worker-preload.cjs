/**
 * Loaded before the worker's bundle (`node --require`) in chaos runs: puts its clock off by
 * CHAOS_CLOCK_OFFSET_MS. Timers and `performance.now()` go on as they are, as on a machine whose
 * time of day is wrong.
 */
const offsetMs = Number(process.env.CHAOS_CLOCK_OFFSET_MS ?? 0);

if (offsetMs !== 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
