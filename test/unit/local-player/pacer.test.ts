import { startPacer } from '../../../local/player/pacer';

/** A clock that stands still except for sleeping, which always takes 3 ms too long. */
function lateClock() {
  let now = 1000;
  const slept: number[] = [];
  return {
    slept,
    monotonicMs: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms + 3;
    },
  };
}

describe('startPacer', () => {
  it('keeps absolute deadlines, so that late timers do not add up', async () => {
    const clock = lateClock();
    const pacer = startPacer(1, clock);

    for (const mediaMs of [64, 128, 192]) await pacer.waitUntil(mediaMs);

    expect(clock.slept).toEqual([64, 61, 61]);
  });

  it('divides waiting by the speed', async () => {
    const clock = lateClock();

    await startPacer(8, clock).waitUntil(64);

    expect(clock.slept).toEqual([8]);
  });

  it('does not wait for what is overdue', async () => {
    const clock = lateClock();
    const pacer = startPacer(1, clock);
    await pacer.waitUntil(100);

    await pacer.waitUntil(101);

    expect(clock.slept).toEqual([100]);
  });

  it('stops waiting when it is aborted', async () => {
    const abort = new AbortController();
    const waiting = startPacer(1).waitUntil(60_000, abort.signal);

    abort.abort();

    await expect(waiting).rejects.toThrow();
  });
});
