import fc from 'fast-check';

import { agent, caller, place } from './place';
import { AGENT_TRACK, RATE_HZ, START_MS, sampleAt, voice, type Step } from './voice';

const MAX_DURATION_MS = 3_000;
const CASES = 100;
/** End times come in whole milliseconds: a call may end so long before one that is known. */
const ROUNDING_MS = 2;
const TIMEOUT_MS = 120_000;
const CHANNELS = [
  { channel: 'caller', seed: 1 },
  { channel: 'agent', seed: 2, track: AGENT_TRACK },
] as const;

/** One party: stretches of audio in milliseconds with holes between them, and how late they come. */
const party = fc.record({
  stretches: fc.array(
    fc.record({
      hole: fc.oneof(fc.constant(0), fc.integer({ min: 200, max: 1_500 })),
      length: fc.integer({ min: 1, max: 1_500 }),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  // Of two that part by less than 2 s none is taken for absent.
  delayMs: fc.integer({ min: 0, max: 400 }),
});
type Party = typeof party extends fc.Arbitrary<infer Shape> ? Shape : never;

function spansOf({ stretches }: Party): [fromMs: number, toMs: number][] {
  let at = 0;
  return stretches.map(({ hole, length }, index) => {
    const from = at + (index === 0 ? 0 : hole);
    at = from + length;
    return [from, at];
  });
}

function stepsOf(one: Party, { seed, ...rest }: (typeof CHANNELS)[number]): Step[] {
  return spansOf(one).flatMap(([fromMs, toMs], index) => {
    const times = { fromMs, toMs, firstOrdinal: 1 + 100 * index, delayMs: one.delayMs };
    return voice({ seed, ...times, ...('track' in rest ? { track: rest.track } : {}) });
  });
}

describe('the end of two streams with holes', () => {
  it.each([
    ['known', { endTimeMs: START_MS + 2_321 }, 2_321, ROUNDING_MS],
    ['that of the longest duration', { endTimeMs: null }, MAX_DURATION_MS, 0],
  ])(
    'is where all was heard or told, and nothing was beyond: %s',
    async (_name, control, atMs, roundingMs) => {
      const property = fc.asyncProperty(party, party, async (first, second) => {
        const parties = [first, second];
        const streams = [caller(stepsOf(first, CHANNELS[0])), agent(stepsOf(second, CHANNELS[1]))];
        const placed = await place(streams, { maxDurationMs: MAX_DURATION_MS, control });
        const { sample, received } = placed.end;
        const furthestMs = Math.max(...parties.map((one) => spansOf(one).at(-1)![1]));
        const endMs = Math.min(atMs, furthestMs);
        const earlyMs = endMs - (sample * 1000) / RATE_HZ;
        expect(earlyMs).toBeGreaterThanOrEqual(0);
        expect(earlyMs).toBeLessThanOrEqual(roundingMs);
        for (const { startSample, sampleCount } of placed.chunks) {
          expect(startSample + sampleCount).toBeLessThanOrEqual(sample);
        }
        CHANNELS.forEach(({ channel, seed }, index) => {
          const samples = placed.samples(index, CHANNELS.length);
          const gaps = placed.gaps().filter(([of]) => of === channel);
          for (const [, , toMs] of gaps) expect(toMs).toBeLessThanOrEqual(endMs);
          const missed = spansOf(parties[index]!)
            .flatMap(([from, to]) => Array.from({ length: to - from }, (_, ms) => from + ms))
            .filter((ms) => ms < endMs - roundingMs && samples[ms * 8] !== sampleAt(seed, ms * 8))
            .filter((ms) => !gaps.some(([, fromMs, toMs]) => fromMs <= ms && ms < toMs));
          expect([channel, missed]).toEqual([channel, []]);
          const heard = samples.reduce((count, value) => count + (Math.abs(value) > 0 ? 1 : 0), 0);
          expect([channel, received[channel]]).toEqual([channel, heard]);
        });
      });
      await fc.assert(property, { numRuns: CASES, seed: 1 });
    },
    TIMEOUT_MS,
  );
});
