import { caller, place } from './place';
import { silent, spoken } from './placed';
import { START_MS, left, voice, type Step } from './voice';

describe('placeAudio, one leg', () => {
  it('gives every sample at its place, from the first one on', async () => {
    const placed = await place([caller(left(5_000, 9_000))]);

    expect(placed.of('origin')).toEqual([
      { type: 'origin', startTimeMs: START_MS + 5_000, sampleRateHz: 8_000 },
    ]);
    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 4_000, 5_000)]);
    expect(placed.gaps()).toEqual([]);
    expect(placed.of('leg')).toEqual([{ type: 'leg', channel: 'caller', sample: 0 }]);
    expect(placed.end).toMatchObject({ reason: 'idle', sample: 32_000 });
    expect(placed.end.received).toEqual({ caller: 32_000 });
  });

  it.each([
    ['Connect', 512, 16],
    ['20 ms packets', 160, 50],
    ['an odd number', 333, 7],
    ['one second', 8_000, 1],
    ['one sample', 1, 400],
  ])('takes blocks of %s', async (_name, blockSamples, blocksPerFragment) => {
    const toMs = blockSamples === 1 ? 500 : 4_000;
    const steps = voice({ seed: 1, fromMs: 0, toMs, blockSamples, blocksPerFragment });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, toMs)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('cuts chunks at fixed multiples of the timeline', async () => {
    const placed = await place([caller(left(0, 3_100))]);

    expect(placed.chunks.map(({ startSample }) => startSample % 1_600)).toEqual(
      placed.chunks.map(() => 0),
    );
    expect(placed.chunks.at(-1)?.sampleCount).toBe(800);
  });

  it('writes a hole down, and hears silence in its place', async () => {
    const steps = [
      ...left(0, 2_048),
      ...voice({ seed: 1, fromMs: 5_048, toMs: 7_000, firstOrdinal: 9 }),
    ];

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([['caller', 2_048, 5_048, 'hole']]);
    expect(placed.stretches(0, 1, 1)).toEqual([
      spoken(0, 2_048),
      silent(2_048, 5_048),
      spoken(5_048, 7_000),
    ]);
  });

  it('sends nothing of a long hole, and lets the session go', async () => {
    const steps = [
      ...left(0, 2_048),
      ...voice({ seed: 1, fromMs: 62_048, toMs: 64_000, firstOrdinal: 9 }),
    ];

    const placed = await place([caller(steps)], { idleLimitMs: 120_000 });

    expect(placed.gaps()).toEqual([['caller', 2_048, 62_048, 'hole']]);
    const kinds = placed.stretches(0, 1, 1).map(({ kind }) => kind);
    expect(kinds).toEqual(['voice', 'none', 'silence', 'voice']);
    expect(placed.of('pause').length).toBeGreaterThan(0);
    expect(placed.end.sample).toBe(64_000 * 8);
  });

  it('names what was given up as the reason of the hole', async () => {
    const steps = [
      ...left(0, 2_048),
      { atMs: 2_050, events: [{ type: 'skipped', reason: 'malformed' }] } as Step,
      ...voice({ seed: 1, fromMs: 3_048, toMs: 4_000, firstOrdinal: 9 }),
      ...voice({ seed: 1, fromMs: 5_000, toMs: 6_000, firstOrdinal: 12 }),
    ];

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([
      ['caller', 2_048, 3_048, 'malformed'],
      ['caller', 4_000, 5_000, 'hole'],
    ]);
  });

  it.each([
    ['15 ms forward', 15],
    ['15 ms back', -15],
  ])('goes by the count while times part by no more than %s', async (_name, jumpMs) => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + jumpMs : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 3_000)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('takes 16 ms forward for a hole', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + 16 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([['caller', 1_024, 1_040, 'hole']]);
    expect(placed.stretches(0, 1, 1).at(-1)).toEqual(spoken(1_040, 3_016, -16));
  });

  it('counts on after a jump back, and goes by the new clock from there', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs - 60_000 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 2_048, clockMs });
    const later = voice({ seed: 1, fromMs: 3_048, toMs: 4_000, clockMs, firstOrdinal: 9 });

    const placed = await place([caller([...steps, ...later])]);

    expect(placed.gaps()).toEqual([['caller', 2_048, 3_048, 'hole']]);
    expect(placed.stretches(0, 1, 1)).toEqual([
      spoken(0, 2_048),
      silent(2_048, 3_048),
      spoken(3_048, 4_000),
    ]);
  });

  it('takes a clock that jumps by more than a day for wrong', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + 100_000_000 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 3_000)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('keeps the timeline through rounded block times', async () => {
    // 333 samples are 41.625 ms: each time is rounded to a whole one.
    const steps = voice({ seed: 1, fromMs: 0, toMs: 60_000, blockSamples: 333 });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 60_000)]);
  });
});
